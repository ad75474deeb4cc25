import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { newKek } from '../../core/kek.ts';
import { writePrivateFile } from '../../core/private-file.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { testDatabase } from '../../test/support/postgres.ts';
import { clearTables } from './secrets/testing/raw-tables.ts';
import { runMarketplace, type Person, type RunningMarketplace, type SkillsClient } from './testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const ALL = ['user', 'tools:read', 'secrets:read'];
const ADA = 'ada/crew';
const FILE = { path: 'scripts/tide.sh', text: '#!/bin/sh\necho high\n' };
const URI = 'skill://ada%2Fcrew/tides/';
const KEY = { name: 'KEY', value: 'FAKE-key-41c09be2' };

/** Things of ada's, and ways to them: each resolves where the way leads there. */
const WAYS: Readonly<Record<string, (client: SkillsClient) => Promise<unknown>>> = {
  list_skills: async ({ call }) => expectIn(await call('list_skills', { name: 'tides' }), ADA),
  read_skill: async ({ call }) => expectIn(await call('read_skill', { name: 'tides' }), 'Look.'),
  'read_skill of a file': async ({ call }) =>
    expectIn(await call('read_skill', { name: 'tides', owner: ADA, file: FILE.path }), 'echo high'),
  analyze_skill: async ({ call }) => call('analyze_skill', { name: 'tides' }),
  'resources/list': async ({ client }) => expectIn(await client.listResources(), `${URI}SKILL.md`),
  'resource skill': async ({ read }) => expectIn(await read(`${URI}SKILL.md`), 'Look.'),
  'resource skill of a file': async ({ read }) => expectIn(await read(`${URI}${FILE.path}`), 'echo high'),
  'prompt use_skill': async ({ client }) =>
    expectIn(await client.getPrompt({ name: 'use_skill', arguments: { name: 'tides' } }), 'Look.'),
  get_secrets: async ({ call }) => expectIn(await call('get_secrets', { names: ['KEY'], owner: ADA }), KEY.value),

  'read_skill of an old version': async ({ call }) => call('read_skill', { name: 'tides', owner: ADA, version: 1 }),
  'read_skill with versions': async ({ call }) =>
    call('read_skill', { name: 'tides', owner: ADA, includeVersions: true }),
  update_skill: async ({ call }) => call('update_skill', { name: 'tides', version: 2, content: 'Changed.' }),
  'manage_secrets list': async ({ call }) => expectIn(await call('manage_secrets', { action: 'list' }), 'KEY'),
  'manage_secrets audit': async ({ call }) => expectIn(await call('manage_secrets', { action: 'audit' }), 'KEY'),
  'manage_secrets grant': async ({ call }) =>
    call('manage_secrets', { action: 'grant', name: 'KEY', to: 'person', grantee: 'joan' }),
  'manage_secrets revoke': async ({ call }) =>
    call('manage_secrets', { action: 'revoke', name: 'KEY', to: 'person', grantee: 'grace' }),
  'manage_secrets rotate': async ({ call }) =>
    call('manage_secrets', { action: 'rotate', name: 'KEY', value: 'FAKE-other' }),
  'manage_secrets delete': async ({ call }) => call('manage_secrets', { action: 'delete', name: 'KEY' }),

  sync_skills: async ({ call }) => expectIn(await call('sync_skills'), 'tides'),

  create_skill: async ({ call }) => call('create_skill', { name: 'own', description: 'O.', content: 'x' }),
  'manage_secrets set': async ({ call }) => call('manage_secrets', { action: 'set', name: 'OWN', value: 'FAKE-own' }),
};
const READS = Object.keys(WAYS).slice(0, 9);
const CREATES = ['create_skill', 'manage_secrets set'];
const OWNS = Object.keys(WAYS).filter((way) => !READS.includes(way) && way !== 'sync_skills' && !CREATES.includes(way));

/** With the scopes of everything else, so that nothing but who they are keeps them away. */
const PEOPLE: readonly (readonly [string, Person, readonly string[]])[] = [
  ['the owner', { subject: ADA, scopes: ALL }, [...READS, ...OWNS, ...CREATES]],
  ['the owner as an admin', { subject: ADA, scopes: [...ALL, 'admin'] }, Object.keys(WAYS)],
  ['a person it is shared with', { subject: 'grace', scopes: ALL }, [...READS, ...CREATES]],
  ['somebody with a scope it is shared with', { subject: 'joan', scopes: [...ALL, 'crew'] }, [...READS, ...CREATES]],
  ['a stranger', { subject: 'eve', scopes: ALL }, CREATES],
  ['a stranger who is an admin', { subject: 'eve', scopes: [...ALL, 'admin'] }, CREATES],
  ['a person whose subject is the scope', { subject: 'crew', scopes: ALL }, CREATES],
  ['somebody with a scope named as the person', { subject: 'eve', scopes: [...ALL, 'grace', ADA] }, CREATES],
  ['a person without scopes', { subject: 'grace', scopes: [] }, []],
  ['nobody', { scopes: [...ALL, 'admin'] }, []],
  ['nobody, with the scope', { scopes: [...ALL, 'crew'] }, []],
];

let marketplace: RunningMarketplace;
let url: string;
beforeAll(async () => {
  url = await testDatabase('marketplace');
});
beforeEach(async () => {
  const folder = await temporaryFolder();
  const kek = join(folder, 'kek');
  await writePrivateFile(kek, newKek());
  marketplace = await runMarketplace({ DATABASE_URL: url, HOME: folder, MOORING_KEK_FILE: kek });
  return async () => marketplace[Symbol.asyncDispose]();
});

/** Makes what ada has, anew, and answers it. */
async function begin(): Promise<unknown> {
  await clearTables(url, ['skills', 'skill_syncs', 'secrets', 'secret_audit']);
  await using ada = await marketplace.connect({ subject: ADA, scopes: ALL });
  await ada.call('create_skill', { name: 'tides', description: 'Tides.', content: 'Look.', files: [FILE] });
  const sharing = [{ person: 'grace' }, { scope: 'crew' }];
  await ada.call('update_skill', { name: 'tides', version: 1, sharing });
  await ada.call('manage_secrets', { action: 'set', ...KEY });
  for (const grant of [
    { to: 'person', grantee: 'grace' },
    { to: 'role', grantee: 'crew' },
  ]) {
    await ada.call('manage_secrets', { action: 'grant', name: 'KEY', ...grant });
  }
  return thingsOfAda();
}
async function thingsOfAda(): Promise<unknown> {
  await using ada = await marketplace.connect({ subject: ADA, scopes: ALL });
  const skill = await ada.call('read_skill', { name: 'tides', includeVersions: true });
  const { secrets } = await ada.call('manage_secrets', { action: 'list' });
  return [skill, (secrets as { name: string }[]).find(({ name }) => name === 'KEY')];
}
function expectIn(answer: unknown, text: string): void {
  if (!JSON.stringify(answer).includes(text)) throw new Error('not there');
}

describe.each(['legacy', 'modern'] as const)('a client of the %s era', (era) => {
  test.each(PEOPLE)('%s reaches what it should, and no more', async (_who, person, may) => {
    const reached: string[] = [];
    let isChanged = true;
    let before: unknown;
    await using client = await marketplace.connect(person, era);
    for (const [way, use] of Object.entries(WAYS)) {
      if (isChanged) before = await begin();
      const isThere = await use(client).then(
        () => true,
        () => false,
      );
      if (isThere) reached.push(way);
      isChanged = isThere && OWNS.includes(way);
    }
    expect(reached.toSorted()).toEqual([...may].toSorted());
    // Nor has anything happened behind a refusal.
    expect(await thingsOfAda()).toEqual(before);
  });

  test('every tool, resource and prompt is among these ways', async () => {
    await using client = await marketplace.connect({ subject: ADA, scopes: [...ALL, 'admin'] }, era);
    const { tools } = await client.client.listTools();
    const { resourceTemplates } = await client.client.listResourceTemplates();
    const { prompts } = await client.client.listPrompts();
    const there = [
      ...tools.map(({ name }) => name),
      ...resourceTemplates.map(({ name }) => `resource ${name}`),
      ...prompts.map(({ name }) => `prompt ${name}`),
    ];
    expect(
      there.filter((name) => !Object.keys(WAYS).some((way) => way === name || way.startsWith(`${name} `))),
    ).toEqual([]);
  });
});
