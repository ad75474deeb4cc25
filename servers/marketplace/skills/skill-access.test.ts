import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runMarketplace, type Person, type RunningMarketplace, type SkillsClient } from '../testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
const NAME = 'tides';
const SCRIPT = { path: 'scripts/tide.sh', text: '#!/bin/sh\necho high\n' };
const URI = `skill://ada%2Fcrew/${NAME}/`;
const ADA = 'ada/crew';

let marketplace: RunningMarketplace;
beforeAll(async () => {
  marketplace = await runMarketplace();
});
afterAll(async () => marketplace?.[Symbol.asyncDispose]());

type Way = readonly [string, (client: SkillsClient) => Promise<unknown>];
const READS: readonly Way[] = [
  [
    'list_skills',
    async ({ call }) => {
      const { skills } = await call<{ skills: unknown[] }>('list_skills', { name: NAME });
      if (skills.length === 0) throw new Error('empty');
    },
  ],
  ['read_skill', async ({ call }) => call('read_skill', { name: NAME })],
  ['read_skill of a file', async ({ call }) => call('read_skill', { name: NAME, owner: ADA, file: SCRIPT.path })],
  ['analyze_skill', async ({ call }) => call('analyze_skill', { name: NAME })],
  ['the resource', async ({ read }) => read(`${URI}SKILL.md`)],
  ['a file as a resource', async ({ read }) => read(`${URI}${SCRIPT.path}`)],
  [
    'resources/list',
    async ({ client }) => {
      const { resources } = await client.listResources();
      if (!resources.some(({ uri }) => uri === `${URI}SKILL.md`)) throw new Error('empty');
    },
  ],
  ['the prompt', async ({ client }) => client.getPrompt({ name: 'use_skill', arguments: { name: NAME } })],
];
const OWNERS: readonly Way[] = [
  ['read_skill of an old version', async ({ call }) => call('read_skill', { name: NAME, owner: ADA, version: 1 })],
  [
    'read_skill with versions',
    async ({ call }) => call('read_skill', { name: NAME, owner: ADA, includeVersions: true }),
  ],
  [
    'update_skill',
    async ({ call }) => {
      const { skill } = await call<{ skill: { version: number } }>('read_skill', { name: NAME });
      await call('update_skill', { name: NAME, version: skill.version, content: 'Changed.' });
    },
  ],
];
const SHARES = [{ person: 'grace' }, { scope: 'crew' }];
const PEOPLE: readonly (readonly [string, Person, { readonly reads: boolean; readonly owns: boolean }])[] = [
  ['the owner', { subject: ADA }, { reads: true, owns: true }],
  ['a person it is shared with', { subject: 'grace' }, { reads: true, owns: false }],
  [
    'somebody with a scope it is shared with',
    { subject: 'joan', scopes: ['user', 'tools:read', 'crew'] },
    { reads: true, owns: false },
  ],
  ['a stranger', { subject: 'eve' }, { reads: false, owns: false }],
  [
    'an admin',
    { subject: 'eve', scopes: ['admin', 'user', 'tools:read', 'secrets:read'] },
    { reads: false, owns: false },
  ],
  ['a person whose subject is the scope', { subject: 'crew' }, { reads: false, owns: false }],
  [
    'somebody with a scope named as the person',
    { subject: 'eve', scopes: ['user', 'tools:read', 'grace'] },
    { reads: false, owns: false },
  ],
  ['nobody', {}, { reads: false, owns: false }],
  ['nobody, with the scope', { scopes: ['user', 'tools:read', 'crew'] }, { reads: false, owns: false }],
];

test.each(PEOPLE)('%s reads and changes as it should', async (_who, person, { reads, owns }) => {
  await using ada = await marketplace.connect({ subject: ADA });
  await ada
    .call('create_skill', { name: NAME, description: 'Tides.', content: 'Look.', files: [SCRIPT] })
    .catch(() => {});
  const { skill } = await ada.call<{ skill: { version: number } }>('read_skill', { name: NAME });
  await ada.call('update_skill', { name: NAME, version: skill.version, sharing: SHARES });
  await using client = await marketplace.connect(person);
  for (const [ways, may] of [
    [READS, reads],
    [OWNERS, owns],
  ] as const) {
    for (const [way, use] of ways) {
      const outcome = await use(client).then(
        () => true,
        () => false,
      );
      expect.soft(outcome, way).toBe(may);
    }
  }
  const now = await ada.call<{ skill: { version: number } }>('read_skill', { name: NAME });
  expect(now.skill.version - skill.version, 'changes').toBe(owns ? 2 : 1);
});

test('sharing with everyone is for who is signed in, ends with unsharing, and not with archived skills', async () => {
  await using ada = await marketplace.connect({ subject: 'ada' });
  await using eve = await marketplace.connect({ subject: 'eve' });
  await using nobody = await marketplace.connect();
  const shared = async (client: SkillsClient) =>
    client.call<{ skills: { owner: string }[] }>('list_skills', { whose: 'shared' }).then(
      ({ skills }) => skills.length,
      () => 'refused',
    );
  await ada.call('create_skill', { name: 'all', description: 'All.', content: 'x', sharing: [{ everyone: true }] });
  expect([await shared(eve), await shared(ada), await shared(nobody)]).toEqual([1, 0, 'refused']);
  await ada.call('update_skill', { name: 'all', version: 1, state: 'archived' });
  expect(await shared(eve)).toBe(0);
  expect(await eve.call('list_skills', { archived: true })).toMatchObject({ skills: [] });
  await expect(eve.call('read_skill', { name: 'all' })).rejects.toThrow('no skill named all');
  await ada.call('update_skill', { name: 'all', version: 2, state: 'active' });
  expect(await shared(eve)).toBe(1);
  await ada.call('update_skill', { name: 'all', version: 3, sharing: [] });
  expect(await shared(eve)).toBe(0);
  expect(await ada.call('read_skill', { name: 'all' })).toMatchObject({ sharing: [] });
});

test('who reads a shared skill learns nothing of whom else it is shared with', async () => {
  await using ada = await marketplace.connect({ subject: 'ada' });
  await using grace = await marketplace.connect({ subject: 'grace' });
  const sharing = [{ person: 'grace' }, { person: 'joan' }];
  await ada.call('create_skill', { name: 'few', description: 'Few.', content: 'x', sharing });
  expect(await ada.call('read_skill', { name: 'few' })).toMatchObject({ sharing });
  expect(JSON.stringify(await grace.call('read_skill', { name: 'few' }))).not.toContain('joan');
});

test('of several skills of one name one’s own is meant, else owner is asked for', async () => {
  await using ada = await marketplace.connect({ subject: 'ada' });
  await using grace = await marketplace.connect({ subject: 'grace' });
  await using eve = await marketplace.connect({ subject: 'eve' });
  for (const client of [ada, grace]) {
    await client.call('create_skill', { name: 'same', description: 'S.', content: 'x', sharing: [{ everyone: true }] });
  }
  expect(await grace.call('read_skill', { name: 'same' })).toMatchObject({ skill: { owner: 'grace' } });
  await expect(eve.call('read_skill', { name: 'same' })).rejects.toThrow(/owner, one of: "ada", "grace"/);
  expect(await eve.call('read_skill', { name: 'same', owner: 'ada' })).toMatchObject({ skill: { owner: 'ada' } });
});
