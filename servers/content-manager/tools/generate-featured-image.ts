import { defineArtifactTool, ToolFailure, z, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type ContentServices } from '../content-services.ts';
import { cleanLine } from '../extraction/clean-text.ts';
import { HEIGHT, WIDTH } from '../images/background.ts';
import { paintCover } from '../images/cover.ts';
import { PALETTES } from '../images/palette.ts';
import { setPostImage } from '../posts/post-image.ts';
import { SLUG } from '../posts/post-text.ts';
import { postUri } from '../resources/posts.ts';

const NAMES = Object.keys(PALETTES) as (keyof typeof PALETTES)[];

export const generateFeaturedImage = defineArtifactTool({
  name: 'generate_featured_image',
  title: 'Generate a featured image',
  description:
    `Paints a cover of ${WIDTH}×${HEIGHT} pixels, as previews of links show it: shapes in the colours of a palette, and the title. ` +
    'The same title, palette and seed give the same picture. With slug it becomes the picture of that post.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  scopes: ['user'],
  types: ['image'],
  input: z.strictObject({
    title: z.string().trim().min(1).max(200).describe('Written on it.'),
    palette: z.enum(NAMES).optional().describe('Default: chosen by the seed.'),
    colors: z
      .array(z.string().regex(/^#[0-9a-f]{6}$/i, 'must be like #0b3d5c'))
      .min(2)
      .max(5)
      .optional()
      .describe('Instead of a palette; they are darkened until white letters can be read on them.'),
    seed: z.string().min(1).max(100).optional().describe('Another seed, another picture. Default: the title.'),
    alt: z.string().trim().min(1).max(500).optional().describe('For who cannot see it. Default: says the title.'),
    slug: z.string().max(80).regex(SLUG, 'must be the slug of a post').optional().describe('The post that it is for.'),
  }),
  output: z.object({
    width: z.int(),
    height: z.int(),
    seed: z.string(),
    alt: z.string(),
    shownTitle: z
      .string()
      .describe('What of the title is written on it: emoji, and scripts that its font has not, are left out.'),
    post: z.string().optional().describe('The resource of the post that it is for.'),
  }),
  handler: async (
    { title: given, palette, colors, seed = given, alt, slug },
    context: ToolContext<ContentServices>,
  ) => {
    const owner = ownerOf(context.identity);
    const title = cleanLine(given, 200);
    const cover = await paintCover({ title, colors: colors ?? PALETTES[palette ?? chosenBy(seed)], seed });
    const image = { png: cover.png, alt: cleanLine(alt ?? `Cover with the title “${title}” on abstract shapes`, 500) };
    if (slug !== undefined && !(await setPostImage(context.database.use(), owner, slug, image))) {
      throw new ToolFailure(`There is no post "${slug}". Call create_blog_post first, or leave slug out.`);
    }
    const data = Buffer.from(image.png).toString('base64');
    return {
      artifact: { type: 'image' as const, title, mimeType: 'image/png' as const, data, alt: image.alt },
      width: WIDTH,
      height: HEIGHT,
      seed,
      alt: image.alt,
      shownTitle: cover.shownTitle,
      ...(slug !== undefined && { post: postUri(slug) }),
    };
  },
});

/** A palette that stays the same for a seed. */
function chosenBy(seed: string): keyof typeof PALETTES {
  let sum = 0;
  for (const character of seed) sum += character.codePointAt(0) ?? 0;
  return NAMES[sum % NAMES.length] ?? 'ocean';
}
