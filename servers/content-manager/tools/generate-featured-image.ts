import { defineArtifactTool, ToolFailure, z, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type ContentServices } from '../content-services.ts';
import { cleanLine } from '../extraction/clean-text.ts';
import { background, HEIGHT, WIDTH } from '../images/background.ts';
import { coverText } from '../images/cover-text.ts';
import { paintCover, type CoverRequest } from '../images/cover.ts';
import { fontCoverage } from '../images/font.ts';
import { PALETTES } from '../images/palette.ts';
import { randomOf } from '../images/random.ts';
import { setPostImage } from '../posts/post-image.ts';
import { findPost } from '../posts/post-store.ts';
import { SLUG } from '../posts/post-text.ts';
import { postUri } from '../resources/posts.ts';

const NAMES = Object.keys(PALETTES) as (keyof typeof PALETTES)[];
const SOURCES = ['provider', 'generated'] as const;

const input = z.strictObject({
  title: z.string().trim().min(1).max(200).describe('Of the post. Written on it.'),
  coverTitle: z
    .string()
    .trim()
    .max(200)
    .optional()
    .describe('Written on it instead: shorter, or in letters that its font has. "" writes nothing.'),
  source: z
    .enum(SOURCES)
    .optional()
    .describe('Who paints: an image provider (default where one is configured), or this server shapes and colours.'),
  // The shortest limit of OpenAI's models is 1,000 characters.
  prompt: z
    .string()
    .trim()
    .min(1)
    .max(1000)
    .optional()
    .describe('For source provider: what it shows. Default: something that goes with the title.'),
  palette: z.enum(NAMES).optional().describe('For source generated. Default: chosen by the seed.'),
  colors: z
    .array(z.string().regex(/^#[0-9a-f]{6}$/i, 'must be like #0b3d5c'))
    .min(2)
    .max(5)
    .optional()
    .describe('Instead of a palette; they are darkened until white letters can be read on them.'),
  seed: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('For source generated: another seed, another picture. Default: the title.'),
  alt: z.string().trim().min(1).max(500).optional().describe('For who cannot see it. Default: says the title.'),
  slug: z.string().max(80).regex(SLUG, 'must be the slug of a post').optional().describe('The post that it is for.'),
});
type Input = z.output<typeof input>;

export const generateFeaturedImage = defineArtifactTool({
  name: 'generate_featured_image',
  title: 'Generate a featured image',
  description:
    `Makes a cover of ${WIDTH}×${HEIGHT} pixels, as previews of links show it, with the title on it: a picture of the image provider ` +
    'that is configured, else shapes in the colours of a palette, of which the same title, palette and seed give the same. ' +
    'With slug it becomes the picture of that post.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
  scopes: ['user'],
  types: ['image'],
  input,
  output: z.object({
    width: z.int(),
    height: z.int(),
    source: z.enum(SOURCES),
    seed: z.string().optional().describe('Of shapes and colours.'),
    alt: z.string(),
    shownTitle: z.string().describe('What is written on it: emoji and signs that its font has not are left out.'),
    post: z.string().optional().describe('The resource of the post that it is for.'),
  }),
  handler: async (given, context: ToolContext<ContentServices>) => {
    const owner = ownerOf(context.identity);
    const db = context.database.use();
    const title = cleanLine(given.title, 200);
    const text = await writtenText(given.coverTitle === undefined ? title : cleanLine(given.coverTitle, 200));
    const { slug } = given;
    // Looked at first, because providers take money.
    if (slug !== undefined && !(await findPost(db, owner, slug))) throw noPost(slug);
    const { shows, source, seed, png } = await context.slots(owner, async () => {
      const { behind, panel, ...painted } = await picture({ ...given, title }, context);
      return { ...painted, png: await paintCover({ text, behind, panel }) };
    });
    const image = {
      png,
      alt: cleanLine(given.alt ?? `Cover with the title “${title}” on ${shows}`, 500),
    };
    if (slug !== undefined && !(await setPostImage(db, owner, slug, image))) throw noPost(slug);
    const data = Buffer.from(image.png).toString('base64');
    return {
      artifact: { type: 'image' as const, title, mimeType: 'image/png' as const, data, alt: image.alt },
      width: WIDTH,
      height: HEIGHT,
      source,
      ...(seed !== undefined && { seed }),
      alt: image.alt,
      shownTitle: text,
      ...(slug !== undefined && { post: postUri(slug) }),
    };
  },
});

/** What can be written of a title. A ToolFailure that names the letters that cannot. */
async function writtenText(title: string): Promise<string> {
  const { text, missing } = coverText(title, await fontCoverage());
  if (text !== '' && missing.length === 0) return text;
  if (title === '') return '';
  throw new ToolFailure(
    `The font of covers has no picture of ${missing.join(' ')}. Send coverTitle in other letters (Latin, Greek, Cyrillic, Hebrew, ` +
      'Arabic …), or "" for a cover without a title.',
  );
}

const noPost = (slug: string): ToolFailure =>
  new ToolFailure(`There is no post "${slug}". Call create_blog_post first, or leave slug out.`);

interface Picture extends Omit<CoverRequest, 'text'> {
  readonly source: (typeof SOURCES)[number];
  readonly seed?: string;
  /** For who cannot see it. */
  readonly shows: string;
}

/** What lies behind the title, of whom the caller wants it. */
async function picture(given: Input, { imageMaker, signal }: ToolContext<ContentServices>): Promise<Picture> {
  const { title, palette, colors, prompt, seed = title, source = imageMaker ? 'provider' : 'generated' } = given;
  refuseMisplaced(given, source);
  if (source === 'generated') {
    const behind = background(colors ?? PALETTES[palette ?? chosenBy(seed)], randomOf(seed));
    return { source, seed, behind, panel: false, shows: 'abstract shapes' };
  }
  if (!imageMaker)
    throw new ToolFailure(
      'No image provider is configured. Send source generated, or ask the administrator for MOORING_CONTENT_IMAGE_PROVIDER.',
    );
  const wish = prompt ?? `An illustration for a blog post with the title: ${title}. Without any letters or logos.`;
  return { source, behind: await imageMaker(wish, signal), panel: true, shows: prompt ?? 'an illustration' };
}

/** What would do nothing is refused, because the caller expects something of it. */
function refuseMisplaced(given: Input, source: (typeof SOURCES)[number]): void {
  const others = source === 'provider' ? (['palette', 'colors', 'seed'] as const) : (['prompt'] as const);
  const misplaced = others.filter((name) => given[name] !== undefined);
  if (misplaced.length === 0) return;
  const other = source === 'provider' ? 'generated' : 'provider';
  throw new ToolFailure(
    `Nothing was painted: ${misplaced.join(', ')} needs source ${other}. Send that, or leave it out.`,
  );
}

/** A palette that stays the same for a seed. */
function chosenBy(seed: string): keyof typeof PALETTES {
  let sum = 0;
  for (const character of seed) sum += character.codePointAt(0) ?? 0;
  return NAMES[sum % NAMES.length] ?? 'ocean';
}
