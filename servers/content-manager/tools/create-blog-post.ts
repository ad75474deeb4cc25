import { isDeepStrictEqual } from 'node:util';
import type { Kysely } from 'kysely';
import { defineArtifactTool, ToolFailure, z, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type ContentServices } from '../content-services.ts';
import { cleanLine, cleanText } from '../extraction/clean-text.ts';
import { exportPost } from '../posts/export-post.ts';
import { outlineOf } from '../posts/outline.ts';
import { findPostImage } from '../posts/post-image.ts';
import { postMarkdown } from '../posts/post-markdown.ts';
import type { Post, PostChange, PostContent } from '../posts/post-store.ts';
import { readingMinutes, SLUG, slugOf, summaryOf } from '../posts/post-text.ts';
import { reviewInThread } from '../posts/review-in-thread.ts';
import type { PostProblem } from '../posts/review.ts';
import { expectPlace, getSeen, saveNew, saveNext, saveStatus, type SeenVersion } from '../posts/save-post.ts';
import { writeBody } from '../posts/write-body.ts';
import { findResearch, type Research } from '../research/research-store.ts';
import { postUri } from '../resources/posts.ts';
import type { Tables } from '../tables.ts';

/** Characters: the length of a book chapter, some 15,000 words. */
const MAX_BODY = 100_000;

const input = z.strictObject({
  title: z.string().trim().min(1).max(200).optional().describe('Needed for a new post.'),
  body: z.string().max(MAX_BODY).optional().describe('Markdown without front matter and title. Cite source 1 as [^1].'),
  researchId: z.string().max(100).optional().describe('From research_blog: the sources that [^1] … mean.'),
  summary: z.string().max(500).optional().describe('Default: the beginning of the body.'),
  tags: z.array(z.string().trim().min(1).max(40)).max(16).optional(),
  slug: z
    .string()
    .max(80)
    .regex(SLUG, 'only lowercase letters, digits and hyphens')
    .optional()
    .describe('Default: from the title.'),
  version: z
    .int()
    .min(1)
    .max(999_999_999)
    .optional()
    .describe('To change a post: the version that you have seen, with its slug.'),
  status: z.enum(['draft', 'published']).optional().describe('Default: draft, or what it was.'),
  checkLinks: z.boolean().default(true).describe('Whether to look if what it links to is there.'),
  export: z.boolean().default(false).describe('Also write it, with its picture, into the folder of this server.'),
});
type Input = z.output<typeof input>;

export const createBlogPost = defineArtifactTool({
  name: 'create_blog_post',
  title: 'Create a blog post',
  description:
    'Keeps a post: Markdown with front matter, slug, summary and reading time; HTML is taken out, links and citations are ' +
    'checked, every version is kept. With slug and version it changes a post; what is left out stays. With researchId and ' +
    'without body, the model that is configured writes the body, else that of the client where it lends one; else an outline ' +
    'comes back.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  scopes: ['user'],
  types: ['markdown'],
  asksClient: true,
  input,
  output: z.object({
    outcome: z.enum(['saved', 'outline']),
    post: z
      .object({
        slug: z.string(),
        uri: z.string(),
        version: z.int(),
        status: z.enum(['draft', 'published']),
        title: z.string(),
        summary: z.string(),
        words: z.int(),
        readingMinutes: z.int(),
        exportedTo: z.string().optional().describe('Path below the home of this server.'),
      })
      .optional(),
    problems: z.array(z.object({ level: z.enum(['error', 'warning']), message: z.string() })),
    sources: z.array(z.object({ number: z.int(), url: z.string(), title: z.string(), site: z.string() })),
    next: z.string().describe('What to do now.'),
  }),
  note: ({ post, problems, next }) =>
    [
      ...problems.map(({ level, message }) => `${level}: ${message}`),
      ...(post?.exportedTo === undefined ? [] : [`Exported to ${post.exportedTo} in the home of this server.`]),
      next,
    ].join('\n'),
  handler: async (given, context: ToolContext<ContentServices>) => createFor(ownerOf(context.identity), given, context),
});

async function createFor(owner: string, given: Input, context: ToolContext<ContentServices>) {
  const db = context.database.use();
  const seen = seenVersion(given);
  const former = seen && (await getSeen(db, owner, seen));
  const title = cleanLine(given.title ?? former?.title ?? '', 200);
  if (title === '') throw new ToolFailure('A new post needs a title.');
  const slug = given.slug ?? slugOf(title);
  // Looked at first, because providers take money.
  if (!seen) await expectPlace(db, owner, slug);
  const research = await researchOf(given, { ...context, owner, former });
  const body = given.body ?? former?.body ?? (research && (await writeBody(context, title, research)));
  if (body === undefined) return outlineAnswer(title, research);

  // A model may have taken minutes for the body: a slot is for the thread that reads it, and is not held meanwhile.
  const { content, problems } = await context.slots(owner, async () =>
    contentOf({ ...given, title, body }, { former, research, context }),
  );
  const status = given.status ?? former?.status ?? 'draft';
  refuseErrors(status, problems);
  const post = await save(db, owner, { slug, seen, former, content, status });
  const exportedTo = given.export
    ? await exportPost(context.home, owner, post, await findPostImage(db, owner, post.slug))
    : undefined;
  return savedAnswer(post, problems, exportedTo);
}

function seenVersion({ slug, version }: Input): SeenVersion | undefined {
  if (version === undefined) return undefined;
  if (slug === undefined) throw new ToolFailure('To change a post, send its slug together with its version.');
  return { slug, version };
}

/** What the caller names, or what the post was written from before where that is still there. */
async function researchOf(
  { researchId }: Input,
  { owner, former, database }: { owner: string; former: Post | undefined } & ContentServices,
): Promise<Research | undefined> {
  const id = researchId ?? former?.researchId ?? undefined;
  const research = id === undefined ? undefined : await findResearch(database.use(), owner, id);
  if (research || researchId === undefined) return research;
  throw new ToolFailure(
    'There is no research of this researchId. Call research_blog and send the researchId it answers.',
  );
}

interface Basis {
  readonly former: Post | undefined;
  readonly research: Research | undefined;
  readonly context: ToolContext<ContentServices>;
}

/** The next version, and what is wrong with it. */
async function contentOf(
  { title, body, summary, tags, checkLinks }: Input & { readonly title: string; readonly body: string },
  { former, research, context: { links, signal } }: Basis,
): Promise<{ readonly content: PostContent; readonly problems: readonly PostProblem[] }> {
  // Where the research is gone the post keeps its sources; quotes cannot be compared with their texts then.
  const known = research?.sources ?? former?.sources.map((source) => ({ ...source, text: undefined })) ?? [];
  const review = await reviewInThread(
    { body: cleanText(body), sources: known.map(({ number, text }) => ({ number, text })) },
    signal,
  );
  const unread = review.links.filter((link) => !known.some(({ url }) => url === link));
  const sources = known.filter(({ number }) => review.cited.includes(number));
  return {
    content: {
      title,
      summary: cleanLine(summary ?? (body === former?.body ? former.summary : summaryOf(review.lead || title)), 500),
      tags: [...new Set(tags?.map((tag) => cleanLine(tag, 40)) ?? former?.tags)],
      body: review.body,
      words: review.words,
      researchId: research?.id ?? former?.researchId ?? null,
      sources: sources.map(({ number, url, title: name, site, published }) => ({
        number,
        url,
        title: name,
        site,
        ...(published !== undefined && { published }),
      })),
    },
    problems: [...review.problems, ...(checkLinks ? await links(unread, signal) : [])],
  };
}

function refuseErrors(status: string, problems: readonly PostProblem[]): void {
  const errors = problems.filter(({ level }) => level === 'error');
  if (status !== 'published' || errors.length === 0) return;
  const list = errors.map(({ message }) => message).join(' ');
  throw new ToolFailure(
    `It was not kept, because it cannot be published like this: ${list} Correct it, or send status draft.`,
  );
}

interface Saving extends PostChange {
  readonly slug: string;
  readonly seen: SeenVersion | undefined;
  readonly former: Post | undefined;
}

/** In one transaction, so that nobody finds a version with the status of the one before. */
async function save(db: Kysely<Tables>, owner: string, { slug, seen, former, content, status }: Saving): Promise<Post> {
  if (!seen || !former) return saveNew(db, owner, slug, { content, status });
  const { title, summary, tags, body, words, researchId, sources } = former;
  if (!isDeepStrictEqual({ title, summary, tags, body, words, researchId, sources }, content))
    return saveNext(db, owner, seen, { content, status });
  return status === former.status ? former : saveStatus(db, owner, seen, status);
}

const outlineAnswer = (title: string, research: Research | undefined) => {
  if (!research) throw new ToolFailure('Send body (Markdown), or the researchId of research_blog for an outline.');
  return {
    artifact: {
      type: 'markdown' as const,
      title: cleanLine(`Outline: ${title}`, 200),
      text: outlineOf(title, research),
    },
    outcome: 'outline' as const,
    problems: [],
    sources: research.sources.map(({ number, url, title: name, site }) => ({ number, url, title: name, site })),
    next:
      'No text was written: no model is configured here and the client lends none. Write the body yourself from the outline, ' +
      `cite sources as [^1], then call create_blog_post with title, body and researchId ${research.id}.`,
  };
};

const savedAnswer = async (post: Post, problems: readonly PostProblem[], exportedTo: string | undefined) => {
  const { slug, version, status, title, summary, words, sources } = post;
  return {
    artifact: { type: 'markdown' as const, title, text: await postMarkdown(post) },
    outcome: 'saved' as const,
    post: {
      slug,
      uri: postUri(slug),
      version,
      status,
      title,
      summary,
      words,
      readingMinutes: readingMinutes(words),
      exportedTo,
    },
    problems: [...problems],
    sources: sources.map(({ number, url, title: name, site }) => ({ number, url, title: name, site })),
    next: `To change it, send slug "${slug}" and version ${version} with what is new${status === 'draft' ? '; status published publishes it' : ''}.`,
  };
};
