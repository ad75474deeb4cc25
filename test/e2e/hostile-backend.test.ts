import { request } from 'node:http';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { manifest } from '../support/manifests.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';

let mooring: RunningMooring;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  const hostile = manifest('hostile', { script: 'hostile.ts', spec: 'oauth: { required: false }' });
  [mooring, browser] = await Promise.all([
    startMooring({ manifests: { 'hostile.yaml': hostile }, ready: ['hostile'] }),
    launchBrowser(),
  ]);
});

beforeEach(async () => {
  context = await browser.newContext();
});

afterEach(async () => context?.close());

afterAll(async () => {
  await browser?.close();
  await mooring?.[Symbol.asyncDispose]();
});

const pwned = (): boolean => 'pwned' in globalThis;

test('a person who opens the endpoint in a browser sees no page of the backend', async () => {
  const page = await context.newPage();
  const response = await page.goto(mooring.endpoint('hostile'));
  expect(response?.status()).toBe(403);
  expect(await page.evaluate(pwned)).toBe(false);
  expect(await page.title()).not.toBe('pwned');
});

test.each([
  ['html', 502],
  ['html as json', 200],
  ['cookie', 200],
  ['script', 502],
  ['redirect', 502],
  ['unauthorized', 502],
  ['huge headers', 502],
])('asked by a page of our own origin, the attack "%s" runs and sets nothing there', async (attack, status) => {
  const page = await context.newPage();
  await page.goto(`${mooring.url}/`);
  const seen = await page.evaluate(
    async ([endpoint, name]) => {
      const response = await fetch(endpoint ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'mcp-param-attack': name ?? '' },
        body: '{"jsonrpc":"2.0","id":1,"method":"ping"}',
      });
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        headers: [...response.headers.keys()],
      };
    },
    [mooring.endpoint('hostile'), attack],
  );
  expect(seen.type).toMatch(/^application\/json/);
  expect(seen.status).toBe(status);
  for (const name of [
    'refresh',
    'clear-site-data',
    'strict-transport-security',
    'service-worker-allowed',
    'location',
  ]) {
    expect(seen.headers).not.toContain(name);
  }
  expect(await context.cookies()).toEqual([]);
  expect(page.url()).toBe(`${mooring.url}/`);
  expect(await page.evaluate(pwned)).toBe(false);
});

test('the endpoint can be neither framed nor loaded as a script', async () => {
  const page = await context.newPage();
  await page.route('http://elsewhere.test/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe src="${mooring.endpoint('hostile')}"></iframe><script src="${mooring.endpoint('hostile')}"></script>`,
    }),
  );
  await page.goto('http://elsewhere.test/');
  expect(await page.evaluate(pwned)).toBe(false);
  for (const frame of page.frames().slice(1)) expect(await frame.evaluate(pwned).catch(() => false)).toBe(false);
});

test.each(['/', '/api/v1/mcp/hostile/mcp', '/.well-known/oauth-authorization-server', '/api/v1/mcp/registry'])(
  'a rebinding Host is refused on %s',
  async (path) => {
    for (const base of [mooring.url, mooring.healthUrl]) {
      const status = await new Promise<number | undefined>((resolve, reject) => {
        request(new URL(path, base), { headers: { host: 'attacker.example' } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
      expect(status).toBe(421);
    }
  },
);
