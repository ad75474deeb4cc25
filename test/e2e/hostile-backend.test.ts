import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
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
  // Our pages let nothing connect, so this stands in for any page of our origin: a document without a policy.
  const ours = `${mooring.url}/.well-known/oauth-protected-resource/api/v1/mcp/hostile/mcp`;
  await page.goto(ours);
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
  expect(page.url()).toBe(ours);
  expect(await page.evaluate(pwned)).toBe(false);
});

test('a page of another origin can neither frame the endpoint nor load it as a script', async () => {
  const endpoint = mooring.endpoint('hostile');
  const elsewhere = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<iframe src="${endpoint}"></iframe><script src="${endpoint}"></script>`),
  );
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const page = await context.newPage();
  const asked: string[] = [];
  page.on('request', (sent) => {
    if (sent.url() === endpoint) asked.push(sent.resourceType());
  });
  await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`, { waitUntil: 'networkidle' });
  expect(asked.sort()).toEqual(['document', 'script']);
  for (const frame of page.frames()) expect(await frame.evaluate(pwned)).toBe(false);
  elsewhere.close();
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
