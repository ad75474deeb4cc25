import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { serverDatabase } from '../../kit/index.ts';
import { migrations } from '../migrations.ts';
import type { PostStatus, Tables } from '../tables.ts';
import { findPost, type PostContent } from './post-store.ts';
import { saveNew, saveNext, saveStatus } from './save-post.ts';

let database: ReturnType<typeof serverDatabase<Tables>>;
beforeAll(async () => {
  const { log } = readableLog();
  database = serverDatabase<Tables>({ DATABASE_URL: await testDatabase('content_manager') }, { migrations, log });
  database.start();
  await vi.waitFor(async () => database.ready(), { timeout: 10_000, interval: 20 });
});
afterAll(async () => database?.close());

const SLUGS = ['a', 'b'] as const;
const OWNERS = ['ada', 'eve'] as const;
/** What one person does to a post, or several windows of that person at once. */
interface Step {
  readonly owner: (typeof OWNERS)[number];
  readonly slug: (typeof SLUGS)[number];
  readonly does: 'create' | 'edit' | 'set status';
  /** How many versions ago it was looked at; below 0: a version that is not there yet. */
  readonly behind: number;
  readonly status: PostStatus;
  readonly atOnce: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  owner: fc.constantFrom(...OWNERS),
  slug: fc.constantFrom(...SLUGS),
  does: fc.constantFrom('create' as const, 'edit' as const, 'edit' as const, 'set status' as const),
  behind: fc.constantFrom(0, 0, 0, 0, 1, 2, -1),
  status: fc.constantFrom('draft' as const, 'published' as const),
  atOnce: fc.constantFrom(1, 1, 2, 3),
});
const contentOf = (body: string): PostContent => ({
  title: `Title of ${body}`,
  summary: '',
  tags: [body],
  body,
  words: 1,
  researchId: null,
  sources: [],
});

/** What there has to be of a post. */
interface Expected {
  readonly bodies: readonly string[];
  readonly status: PostStatus;
  readonly wasPublished: boolean;
}

test('whatever is done at once or late: of each version one is kept, numbers have no gaps, and who has not seen the newest changes nothing', async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (story) => {
      const db = database.use();
      await db.deleteFrom('post').execute();
      const expected = new Map<string, Expected>();
      for (const { owner, slug, does, behind, status, atOnce } of story) {
        const key = `${owner}/${slug}`;
        const before = expected.get(key);
        const seen = { slug, version: (before?.bodies.length ?? 0) - behind };
        const bodies = Array.from({ length: atOnce }, () => `text ${(count += 1)}`);
        const answers = await Promise.allSettled(
          bodies.map(async (body) => {
            if (does === 'create') return saveNew(db, owner, slug, { content: contentOf(body), status });
            if (does === 'edit') return saveNext(db, owner, seen, { content: contentOf(body), status });
            return saveStatus(db, owner, seen, status);
          }),
        );
        const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as Error] : []));
        expect(failures.filter(({ name }) => name !== 'ToolFailure')).toEqual([]);
        const kept = bodies.filter((_body, index) => answers[index]?.status === 'fulfilled');
        const isRefused = does === 'create' ? before !== undefined : !before || behind !== 0;
        const setsStatus = does === 'set status' ? atOnce : 1;
        expect(kept).toHaveLength(isRefused ? 0 : setsStatus);
        if (isRefused) continue;
        expected.set(key, {
          bodies: [...(before?.bodies ?? []), ...(does === 'set status' ? [] : kept)],
          status,
          wasPublished: before?.wasPublished === true || status === 'published',
        });
      }
      for (const owner of OWNERS) {
        for (const slug of SLUGS) {
          const { bodies = [], status, wasPublished } = expected.get(`${owner}/${slug}`) ?? {};
          const post = await findPost(db, owner, slug);
          expect([post?.version, post?.body, post?.status]).toEqual([
            bodies.length || undefined,
            bodies.at(-1),
            status,
          ]);
          expect(post?.publishedAt instanceof Date).toBe(wasPublished === true);
          for (const [index, body] of bodies.entries())
            expect(await findPost(db, owner, slug, index + 1)).toMatchObject({
              ...contentOf(body),
              version: index + 1,
            });
          expect(await findPost(db, owner, slug, bodies.length + 1)).toBeUndefined();
        }
      }
    }),
    { numRuns: 60 },
  );
});
