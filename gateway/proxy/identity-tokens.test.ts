import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Identity } from '../../core/identity-token.ts';
import type { Caller } from '../auth/caller.ts';
import { ANONYMOUS } from '../auth/caller.ts';
import { identityTokens } from './identity-tokens.ts';

const alice: Caller = {
  subject: 'alice',
  clientId: 'cli',
  scopes: new Set(['user', 'tools:read']),
  expiresAt: Infinity,
};

/** Says what it was asked to sign, and how often. */
function signer() {
  const signed: string[] = [];
  const sign = async (server: string, identity: Identity): Promise<string> => {
    signed.push(server);
    return JSON.stringify({ server, identity, number: signed.length });
  };
  return { signed, sign };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('signs once for a caller and a server, and then answers without waiting', async () => {
  const { signed, sign } = signer();
  const tokens = identityTokens(sign);
  const first = await tokens(alice, 'default/a');
  expect(JSON.parse(first)).toMatchObject({
    server: 'default/a',
    identity: { subject: 'alice', clientId: 'cli', scopes: ['user', 'tools:read'] },
  });
  expect(tokens(alice, 'default/a')).toBe(first);
  expect(signed).toHaveLength(1);
});

test('keeps callers and servers apart', async () => {
  const { sign } = signer();
  const tokens = identityTokens(sign);
  const bob: Caller = { ...alice, subject: 'bob' };
  const all = await Promise.all([tokens(alice, 'default/a'), tokens(alice, 'default/b'), tokens(bob, 'default/a')]);
  expect(new Set(all).size).toBe(3);
  expect(all.map((token) => (JSON.parse(token) as { identity: Identity }).identity.subject)).toEqual([
    'alice',
    'alice',
    'bob',
  ]);
});

test('says nothing about who an anonymous caller is', async () => {
  const token = await identityTokens(signer().sign)(ANONYMOUS, 'default/a');
  expect(JSON.parse(token)).toMatchObject({ identity: { scopes: [] } });
  expect(token).not.toContain('subject');
});

test('signs anew when half of the 60 s are over', async () => {
  const { signed, sign } = signer();
  const tokens = identityTokens(sign);
  const first = await tokens(alice, 'default/a');
  vi.advanceTimersByTime(29_999);
  expect(await tokens(alice, 'default/a')).toBe(first);
  vi.advanceTimersByTime(1);
  expect(await tokens(alice, 'default/a')).not.toBe(first);
  expect(signed).toHaveLength(2);
});

test('lets requests that come together wait for one signature', async () => {
  const { signed, sign } = signer();
  const tokens = identityTokens(sign);
  const all = await Promise.all(Array.from({ length: 50 }, async () => tokens(alice, 'default/a')));
  expect(new Set(all).size).toBe(1);
  expect(signed).toHaveLength(1);
});

test('forgets a signature that failed', async () => {
  let isBroken = true;
  const tokens = identityTokens(async () => {
    if (isBroken) throw new Error('no key');
    return 'token';
  });
  await expect(tokens(alice, 'default/a')).rejects.toThrow('no key');
  isBroken = false;
  expect(await tokens(alice, 'default/a')).toBe('token');
});
