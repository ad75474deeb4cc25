import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { KyselyPlugin } from 'kysely';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newKek } from '../../../core/kek.ts';
import { openDatabase } from '../../../core/postgres.ts';
import { writePrivateFile } from '../../../core/private-file.ts';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { runMarketplace } from '../testing/marketplace.ts';
import type { Tables } from '../tables.ts';
import { parseKeyRing } from './key-ring.ts';
import { rotateKek } from './rotate-kek.ts';
import { clearTables, findInTables } from './testing/raw-tables.ts';
import { everybody } from './testing/everybody.ts';
import { GRANTS, NAMES, OWNERS, PEOPLE, VaultModel, type Act, type Who } from './testing/vault-model.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');

let url: string;
let db: ReturnType<typeof openDatabase<Tables>>;
beforeAll(async () => {
  url = await testDatabase('marketplace');
  db = openDatabase<Tables>(url, { max: 4, log: readableLog().log });
});
afterAll(async () => db.destroy());

const owner = fc.constantFrom(...OWNERS);
const name = fc.constantFrom(...NAMES);
const change = fc.record({ does: fc.constantFrom('set' as const, 'rotate' as const, 'delete' as const), owner, name });
const sharing = fc.record({
  does: fc.constantFrom('grant' as const, 'revoke' as const),
  owner,
  name,
  grant: fc.constantFrom(...GRANTS),
});
const everyone = Object.keys(PEOPLE) as Who[];
const forSkill = fc.constantFrom(undefined, 'kit', 'another');
const reading = fc.record({
  does: fc.constant('read' as const),
  reader: fc.constantFrom(...everyone),
  owner,
  names: fc.array(name, { minLength: 1, maxLength: 2 }),
  skill: forSkill,
});
const act: fc.Arbitrary<Act> = fc.oneof(change, sharing, reading);
/** Everybody tries to read what was granted just before, and once more when that is taken back: chance alone seldom brings these together. */
const visit: fc.Arbitrary<readonly Act[]> = fc.tuple(sharing, forSkill).map(([{ grant, ...id }, skill]) => {
  const reads = everyone.map((reader): Act => ({
    does: 'read',
    reader,
    owner: id.owner,
    names: [id.name],
    skill,
  }));
  return [
    { ...id, does: 'set' },
    { ...id, grant, does: 'grant' },
    ...reads,
    { ...id, grant, does: 'revoke' },
    ...reads,
  ];
});
/** A rotation that dies at a step, or lives; and what somebody does in the middle of it. */
const rotation = fc.record({
  killAt: fc.option(fc.nat(14), { nil: undefined }),
  meanwhile: fc.option(fc.record({ step: fc.nat(14), act }), { nil: undefined }),
});
const secretOf = (n: number): string => `FAKE-${n}-${newKek()}`;

/** The process is gone: nothing after this line happens, and the database rolls back what is open. */
class Killed extends Error {}

test('whatever people do, and wherever a rotation dies: who may read reads the last value, nobody else, each read is noted once, and nothing lies in clear', async () => {
  const kek = join(await temporaryFolder(), 'kek');
  await writePrivateFile(kek, newKek());
  await using marketplace = await runMarketplace({ DATABASE_URL: url, MOORING_KEK_FILE: kek });
  let count = 0;
  const story = fc.array(fc.oneof({ weight: 4, arbitrary: act }, { weight: 2, arbitrary: visit }, rotation), {
    minLength: 5,
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(story, async (parts) => {
      await clearTables(url, ['secrets', 'secret_audit', 'skills']);
      const model = new VaultModel();
      await using people = await everybody(marketplace);
      for (const each of OWNERS) {
        const skill = { name: 'kit', description: 'K.', content: 'x', sharing: [{ person: 'bob' }] };
        await people.of(each).call('create_skill', skill);
      }
      const perform = async (each: Act): Promise<void> => {
        const value = secretOf((count += 1));
        const expected = model.act(each, value);
        const answered = await people.perform(each, value);
        expect(answered, JSON.stringify(each)).toEqual(expected);
      };
      for (const part of parts.flat()) await ('does' in part ? perform(part) : rotate(kek, part, perform));
      await rotate(kek, {}, perform);
      const keys = parseKeyRing(await readFile(kek, 'utf8'));
      expect(keys).toHaveLength(1);
      for (const [id, { value, version }] of model.kept) {
        const [ownerName = '', secretName = ''] = id.split(' ');
        const read = await people.of(ownerName as Who).call('get_secrets', { names: [secretName] });
        expect(read).toEqual({ secrets: [{ name: secretName, value, version }] });
        model.noted.push({ owner: ownerName, name: secretName, actor: ownerName, action: 'read', outcome: 'done' });
      }
      const noted = await db
        .selectFrom('secret_audit')
        .select(['owner', 'name', 'actor', 'action', 'outcome'])
        .orderBy('id')
        .execute();
      expect(noted).toEqual(model.noted);
      expect(await findInTables(url, [...model.values])).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 240_000);

/** `rotateKek`, which dies at a step: a query before it is sent, and a file before and after it is there. */
async function rotate(
  kek: string,
  { killAt, meanwhile }: { killAt?: number | undefined; meanwhile?: { step: number; act: Act } | undefined },
  perform: (act: Act) => Promise<void>,
): Promise<void> {
  let at = 0;
  let other: Promise<void> | undefined;
  const step = (): void => {
    // Not waited for here: it may have to wait for the rotation.
    if (at === meanwhile?.step) other = perform(meanwhile.act);
    if (at === killAt) throw new Killed();
    at += 1;
  };
  const watch: KyselyPlugin = {
    transformQuery: ({ node }) => {
      step();
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const write = async (text: string): Promise<void> => {
    step();
    await writePrivateFile(kek, text);
    step();
  };
  await rotateKek(db.withPlugin(watch), { read: async () => readFile(kek, 'utf8'), write }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  await other;
}
