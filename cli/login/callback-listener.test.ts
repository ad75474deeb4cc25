import { request } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenForCallback, type CallbackListener } from './callback-listener.ts';

let listener: CallbackListener;
beforeEach(async () => {
  listener = await listenForCallback({ state: 'our-state', issuer: 'https://ours.example' });
});
afterEach(() => listener.close());

/** Not by fetch, which does not let a program choose the Host. */
async function send(path: string, { host, method = 'GET' }: { host?: string; method?: string } = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(new URL(path, listener.redirectUri), { method, ...(host !== undefined && { headers: { host } }) })
    .on('error', reject)
    .on('response', (response) => resolve(response.resume().statusCode ?? 0))
    .end();
  return promise;
}

const ISS = 'iss=https%3A%2F%2Fours.example';
const GOOD = `/callback?state=our-state&code=x&${ISS}`;

test('only this machine can reach it', () => {
  expect(new URL(listener.redirectUri).hostname).toBe('127.0.0.1');
});

test.each([
  ['another state', `/callback?state=other&code=x&${ISS}`, {}, 400],
  ['no state', `/callback?code=x&${ISS}`, {}, 400],
  ['another server', '/callback?state=our-state&code=x&iss=https%3A%2F%2Fevil.example', {}, 400],
  ['a server that does not say which', '/callback?state=our-state&code=x', {}, 400],
  ['another path', `/?state=our-state&code=x&${ISS}`, {}, 404],
  ['a name of this machine that somebody else gave it', GOOD, { host: 'attacker.example' }, 404],
  ['another method', GOOD, { method: 'POST' }, 404],
])('%s is turned away, and the wait goes on', async (_, path, options, status) => {
  expect(await send(path, options)).toBe(status);
  const good = send(GOOD);
  const { parameters, show } = await listener.answer;
  await show({ title: 'Done', text: 'Done' });
  expect([parameters.get('code'), await good]).toEqual(['x', 200]);
});

test('the first answer counts', async () => {
  const first = send(GOOD);
  const { show } = await listener.answer;
  expect(await send(`/callback?state=our-state&code=y&${ISS}`)).toBe(400);
  await show({ title: 'Done', text: 'Done' });
  expect(await first).toBe(200);
});

test('its page runs nothing, loads nothing and tells nobody where it was', async () => {
  const { headers } = await fetch(listener.redirectUri);
  expect(Object.fromEntries(headers)).toMatchObject({
    'content-security-policy': expect.stringContaining("default-src 'none'"),
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
});
