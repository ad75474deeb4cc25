import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runMarketplace, type RunningMarketplace, type SkillsClient } from '../testing/marketplace.ts';

vi.stubEnv('MOORING_LOG_LEVEL', 'silent');
let marketplace: RunningMarketplace;
beforeAll(async () => {
  marketplace = await runMarketplace();
});
afterAll(async () => marketplace?.[Symbol.asyncDispose]());

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
  // No name that a database can hold is told as such, and not as a bug.
  for (const tool of ['read_skill', 'analyze_skill'])
    await expect(eve.call(tool, { name: 'same', owner: 'a\0' })).rejects.toThrow('must be text');
});
