import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { serverDatabase } from '../../kit/server-database.ts';
import { toolContext } from '../../kit/testing/tool-context.ts';
import { ToolFailure } from '../../kit/index.ts';
import { migrations } from '../migrations.ts';
import { decodeCursor, encodeCursor } from './skill-cursor.ts';
import type { Tables } from '../tables.ts';
import { listSkills } from './list-skills.ts';

const { log } = readableLog();
let database: ReturnType<typeof serverDatabase<Tables>>;

beforeAll(async () => {
  database = serverDatabase<Tables>({ DATABASE_URL: await testDatabase('marketplace') }, { migrations, log });
  database.start();
  await vi.waitFor(async () => database.ready(), { timeout: 10_000, interval: 20 });
});
afterAll(async () => database.close());

const OWNER = 'ada';
const TAGS = ['a', 'b', 'c'] as const;
const name = fc.stringMatching(/^[a-z0-9]{1,3}(-[a-z0-9]{1,3})?$/);
const skill = fc.record({ name, description: fc.constantFrom('Reads.', 'Writes.'), tags: fc.subarray([...TAGS]) });
const skills = fc.uniqueArray(skill, { selector: ({ name: unique }) => unique, maxLength: 25 });
const filter = fc.record({
  tags: fc.subarray([...TAGS], { maxLength: 2 }),
  search: fc.option(fc.constantFrom('read', 'write'), { nil: undefined }),
});

interface Skill {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
}

const insert = async (rows: readonly Skill[], owner = OWNER) =>
  rows.length > 0 &&
  database
    .use()
    .insertInto('skills')
    .values(rows.map(({ tags, ...row }) => ({ ...row, tags: [...tags], owner, content: 'x' })))
    .execute();
const clear = async () => database.use().deleteFrom('skills').execute();

/** Every page, with what happens between them. */
async function walk(arguments_: object, between: () => Promise<unknown> = async () => {}): Promise<string[][]> {
  const context = {
    ...toolContext({ subject: OWNER, log }),
    database,
    skillsFolder: { path: '/nowhere', isOurs: false },
  };
  const pages: string[][] = [];
  for (let cursor: string | undefined; ; await between()) {
    const input = listSkills.input.parse({ ...arguments_, ...(cursor !== undefined && { cursor }) });
    const page = listSkills.output.parse(await listSkills.handler(input, context)) as {
      skills: { name: string }[];
      nextCursor?: string;
    };
    pages.push(page.skills.map((entry) => entry.name));
    if (page.nextCursor === undefined) return pages;
    cursor = page.nextCursor;
  }
}

test('pages together are the list: in order, nothing twice, nothing of others, none too long, none empty but the only one', async () => {
  await fc.assert(
    fc.asyncProperty(skills, skills, filter, fc.integer({ min: 1, max: 30 }), async (own, foreign, wanted, limit) => {
      await clear();
      await insert(own);
      await insert(foreign, 'eve');
      const pages = await walk({ ...wanted, limit });
      const expected = own
        .filter(({ tags }) => wanted.tags.every((tag) => tags.includes(tag)))
        .filter(({ description }) => description.toLowerCase().includes(wanted.search ?? ''))
        .map((entry) => entry.name)
        .sort();
      expect(pages.flat()).toEqual(expected);
      expect(pages).toHaveLength(Math.max(1, Math.ceil(expected.length / limit)));
      expect(pages.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('what is there all the time is listed exactly once, whatever comes and goes meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(
      skills,
      fc.array(skill, { maxLength: 8 }),
      fc.integer({ min: 1, max: 5 }),
      async (own, others, limit) => {
        await clear();
        await insert(own);
        const stays = new Set(own.map((entry) => entry.name));
        const comers = others.filter((entry) => !stays.has(entry.name));
        const leaver = own.at(0)?.name;
        if (leaver !== undefined) stays.delete(leaver);
        const pages = await walk({ limit }, async () => {
          const comer = comers.shift();
          if (comer) await insert([comer]).catch(() => {});
          await database
            .use()
            .deleteFrom('skills')
            .where('name', '=', leaver ?? '')
            .execute();
        });
        const listed = pages.flat();
        expect(new Set(listed).size).toBe(listed.length);
        expect(listed).toEqual([...listed].sort());
        expect(listed.filter((entry) => stays.has(entry))).toEqual([...stays].sort());
      },
    ),
    { numRuns: 30 },
  );
});

test('a cursor brings back its name with its filter, and nothing with another one', () => {
  fc.assert(
    fc.property(name, filter, filter, (last, one, other) => {
      const cursor = encodeCursor({ name: last, owner: OWNER }, one);
      expect(cursor).toMatch(/^[\w-]{1,512}$/);
      expect(decodeCursor(cursor, { ...one, tags: one.tags.toReversed() })).toEqual({ name: last, owner: OWNER });
      fc.pre(one.search !== other.search || [...one.tags].sort().join() !== [...other.tags].sort().join());
      expect(() => decodeCursor(cursor, other)).toThrow(ToolFailure);
    }),
  );
});

test('any other text is no cursor: a failure that explains itself, never a bug', () => {
  const forged = fc.oneof(
    fc.string(),
    fc.json().map((json) => Buffer.from(json).toString('base64url')),
    fc
      .tuple(fc.string(), fc.string(), fc.string())
      .map((pair) => Buffer.from(JSON.stringify(pair)).toString('base64url')),
  );
  fc.assert(
    fc.property(forged, filter, (cursor, wanted) => {
      expect(() => decodeCursor(cursor, wanted)).toThrow(ToolFailure);
    }),
  );
});
