import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readableLog } from '../../../../test/support/log-lines.ts';
import { testDatabase } from '../../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { serverDatabase } from '../../../kit/server-database.ts';
import { migrations } from '../../migrations.ts';
import type { Tables } from '../../tables.ts';
import { Killed, syncedFolder, type Content, type SideName } from './testing/synced-folder.ts';

let database: ReturnType<typeof serverDatabase<Tables>>;
let stories = 0;

beforeAll(async () => {
  const { log } = readableLog();
  database = serverDatabase<Tables>({ DATABASE_URL: await testDatabase('marketplace') }, { migrations, log });
  database.start();
  await vi.waitFor(async () => database.ready(), { timeout: 10_000, interval: 20 });
});
afterAll(async () => database.close());

const NAMES = ['a', 'b'] as const;
const SIDES = ['folder', 'database'] as const;
interface Edit {
  readonly side: SideName;
  readonly name: string;
  readonly isGone: boolean;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  side: fc.constantFrom(...SIDES),
  name: fc.constantFrom(...NAMES),
  isGone: fc.nat(4).map((n) => n === 0),
});
const run = fc.record({
  direction: fc.constantFrom('pull' as const, 'push' as const, 'both' as const),
  dryRun: fc.nat(6).map((n) => n === 0),
  killAt: fc.option(fc.nat(16), { nil: undefined }),
  meanwhile: fc.option(fc.record({ step: fc.nat(12), edit }), { nil: undefined }),
});

test('whatever people write on both sides and wherever a sync dies: nothing is written over, and what differs in the end is shown', async () => {
  const folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ arbitrary: edit, weight: 3 }, { arbitrary: run, weight: 2 }), { maxLength: 14 }),
      async (story) => {
        const path = join(folder, String(stories++));
        await mkdir(path);
        for (const table of ['skills', 'skill_syncs', 'skill_blobs'] as const)
          await database.use().deleteFrom(table).execute();
        const sides = syncedFolder(path, database);
        /** What a person wrote since both sides were equal, and nobody else. */
        const written = new Map<string, { side: SideName; name: string; content: Content }>();
        let count = 0;
        const write = async ({ side, name, isGone }: Edit): Promise<void> => {
          await sides.put(side, name, isGone ? undefined : `text ${(count += 1)}`);
          if (isGone) written.delete(`${side} ${name}`);
          else written.set(`${side} ${name}`, { side, name, content: await sides.get(side, name) });
        };
        const forgetEqual = async (): Promise<void> => {
          for (const name of NAMES) {
            if ((await sides.get('folder', name)) !== (await sides.get('database', name))) continue;
            for (const side of SIDES) written.delete(`${side} ${name}`);
          }
        };
        const check = async (): Promise<void> => {
          for (const { side, name, content } of written.values()) {
            expect(await sides.get(side, name), `${side} ${name} was written over`).toBe(content);
          }
          await forgetEqual();
        };
        for (const part of story) {
          if ('side' in part) {
            await write(part);
            await forgetEqual();
            continue;
          }
          let at = 0;
          const step = async (): Promise<void> => {
            if (at === part.meanwhile?.step) {
              // Who writes into a side that is equal writes on what both agree on.
              await forgetEqual();
              await write(part.meanwhile.edit);
            }
            if (at === part.killAt) throw new Killed();
            at += 1;
          };
          await sides.sync(part, step).catch((error: unknown) => {
            if (!(error instanceof Killed)) throw error;
          });
          await check();
        }
        // The second one archives what the first held back, because the folder was all empty.
        for (const _ of [1, 2]) {
          await sides.sync();
          await check();
        }
        const shown = await sides.sync();
        await check();
        expect(shown.skills.filter(({ action }) => action === 'pull' || action === 'push')).toEqual([]);
        for (const name of NAMES) {
          const isEqual = (await sides.get('folder', name)) === (await sides.get('database', name));
          const isShown = shown.skills.some((skill) => skill.name === name);
          expect(isEqual, `${name} differs and nobody is told, or the other way round`).toBe(!isShown);
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

test('a push that dies anywhere is carried on by the next sync, without a question', async () => {
  const folder = await temporaryFolder();
  for (let killAt = 0, isKilled = true; isKilled; killAt++) {
    const path = join(folder, `push-${killAt}`);
    await mkdir(path);
    for (const table of ['skills', 'skill_syncs'] as const) await database.use().deleteFrom(table).execute();
    const sides = syncedFolder(path, database);
    for (const name of ['changed', 'gone']) await sides.put('database', name, 'old');
    await sides.sync();
    await sides.put('database', 'changed', 'new');
    await sides.put('database', 'gone', undefined);
    await sides.put('database', 'made', 'new');
    let at = 0;
    isKilled = await sides
      .sync({}, async () => {
        if (at++ === killAt) throw new Killed();
      })
      .then(
        () => false,
        () => true,
      );
    expect((await sides.sync()).skills.map(({ action }) => action)).not.toContain('conflict');
    for (const name of ['changed', 'gone', 'made']) {
      expect(await sides.get('folder', name), `${name}, killed at ${killAt}`).toBe(await sides.get('database', name));
    }
    expect(killAt).toBeLessThan(50);
  }
});
