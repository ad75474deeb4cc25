import { decodeProtectedHeader } from 'jose';
import pino from 'pino';
import { expect, test } from 'vitest';
import { newKeyFile, rotated, type KeyRing } from '../../core/keys.ts';
import { createLog } from '../../core/log.ts';
import { openIdentityKeys } from './identity-keys.ts';

const log = createLog('test');
log.level = 'silent';

test.each([
  ['another key', { 'key.json': '{}' }],
  ['keys of other kinds only', { 'keys.json': await newKeyFile({ tokens: 'ES256' }) }],
])('a Secret with %s is told by name', (_what, data) => {
  const told: unknown[] = [];
  const heard = pino({}, { write: (line: string) => void told.push(JSON.parse(line)) });
  openIdentityKeys({ read: (name) => (name === 'mooring-operator-key' ? data : undefined) }, heard).refresh();
  expect(told).toEqual([
    expect.objectContaining({
      object: 'mooring-operator-key',
      err: expect.objectContaining({ message: expect.stringContaining('keys.json') as string }) as unknown,
    }),
  ]);
});

test('a Secret that is missing, gone or broken takes no key away; a rotation publishes before it signs', async () => {
  const secrets = new Map<string, Record<string, string>>();
  const keys = openIdentityKeys({ read: (name) => secrets.get(name) }, log);
  const published = () =>
    (JSON.parse(keys.jwks() ?? '{"keys":[]}') as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
  keys.refresh();
  expect(keys.jwks()).toBeUndefined();
  await expect(keys.sign('a/b', { scopes: [] })).rejects.toThrow('no key');

  secrets.set('mooring-gateway-keys', { 'keys.json': await newKeyFile({ identity: 'ES256' }) });
  const operator = JSON.parse(await newKeyFile({ identity: 'ES256' })) as { identity: KeyRing };
  secrets.set('mooring-operator-key', { 'keys.json': JSON.stringify(operator) });
  keys.refresh();
  const before = keys.jwks();
  expect(published()).toHaveLength(2);

  secrets.delete('mooring-gateway-keys');
  secrets.set('mooring-operator-key', { 'keys.json': '{' });
  keys.refresh();
  expect(keys.jwks()).toBe(before);

  const next = await rotated([{ ...operator.identity[0], iat: operator.identity[0].iat - 3600 }], 60);
  secrets.set('mooring-operator-key', { 'keys.json': JSON.stringify({ identity: next }) });
  keys.refresh();
  expect(published()).toContain(next[0].kid);
  const { kid } = decodeProtectedHeader(await keys.sign('a/b', { scopes: [] }));
  expect(kid).toBe(operator.identity[0].kid);
});
