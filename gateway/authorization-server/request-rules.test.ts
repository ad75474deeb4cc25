import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exchange } from '../proxy/testing/exchange.ts';
import { createHttpBrowser } from './testing/http-browser.ts';
import {
  authorizationRequest,
  post,
  register,
  registered,
  LOOPBACK_CLIENT,
  type FlowOptions,
} from './testing/oauth-flow.ts';
import { startRig, type Rig } from './testing/rig.ts';

let rig: Rig;
let flow: FlowOptions;
beforeAll(async () => {
  rig = await startRig();
  flow = await registered(rig);
});
afterAll(async () => rig.close());

const begun = async (): Promise<number> => (await rig.database.selectFrom('attempt').select('key').execute()).length;

describe('methods', () => {
  test.each(['HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'])(
    '%s begins no sign-in, limited or not',
    async (method) => {
      const before = await begun();
      const { url } = authorizationRequest(rig, flow);
      const { status, headers } = await fetch(url, { method, redirect: 'manual' });
      expect([status, headers.get('allow'), headers.get('set-cookie')]).toEqual([405, 'GET', null]);
      expect(await begun()).toBe(before);
    },
  );

  test.each([
    ['GET', '/oauth/token', 'POST, OPTIONS'],
    ['PUT', '/oauth/register', 'POST, OPTIONS'],
    ['DELETE', '/oauth/jwks', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/oauth/interaction/x', 'GET, POST'],
    ['HEAD', '/oauth/interaction/x', 'GET, POST'],
    ['POST', '/oauth/authorize/x', 'GET'],
  ])('%s %s is answered with those that are there', async (method, path, allow) => {
    const { status, headers } = await fetch(rig.local + path, { method });
    expect([status, headers.get('allow')]).toEqual([405, allow]);
  });

  test('HEAD of what anybody reads is fine', async () => {
    expect((await fetch(`${rig.local}/oauth/jwks`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('a sign-in', () => {
  const opened = async (headers: Record<string, string>): Promise<number> =>
    // Not by fetch, which sets Sec-Fetch-Mode itself.
    (await exchange(authorizationRequest(rig, flow).url, { method: 'GET', headers })).status;

  test.each(['cors', 'no-cors', 'same-origin', 'websocket'])('is not begun by a script (%s)', async (mode) => {
    expect(await opened({ 'sec-fetch-mode': mode, 'sec-fetch-site': 'same-origin' })).toBe(403);
  });

  test('is begun by a navigation, and by programs', async () => {
    const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };
    expect([await opened(navigation), await opened({})]).toEqual([303, 303]);
  });
});

describe('text that PostgreSQL cannot store', () => {
  const NUL = '\0';

  test.each([`a${NUL}`, NUL, `https://client.example/${NUL}`, `https://localhost/\u{10ffff}${NUL}`])(
    'in a client id makes it unknown: %j',
    async (clientId) => {
      const { url } = authorizationRequest(rig, { ...flow, clientId });
      const page = await fetch(url);
      expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('not known to this server')]);
      for (const path of ['/oauth/token', '/oauth/revoke']) {
        const { status, body } = await post(rig, path, {
          client_id: clientId,
          token: 'x',
          grant_type: 'refresh_token',
          refresh_token: 'x',
        });
        expect([path, status, body.error]).toEqual([path, 401, 'invalid_client']);
      }
    },
  );

  test('in a name or a password is a wrong one', async () => {
    const browser = createHttpBrowser(rig.issuer, rig.local);
    await browser.open(authorizationRequest(rig, flow).url);
    const { status, html } = await browser.submit({ action: 'sign-in', username: `admin${NUL}`, password: NUL });
    expect([status, html]).toEqual([403, expect.stringContaining('not right')]);
  });

  test.each([`x${NUL}`, '\ud800'])('in a registration is refused: %j', async (name) => {
    const { status, body } = await register(rig, { ...LOOPBACK_CLIENT, client_name: name });
    expect([status, body['error']]).toEqual([400, 'invalid_client_metadata']);
    expect((await register(rig, { ...LOOPBACK_CLIENT, client_name: String.raw`\u0000` })).status).toBe(201);
  });

  test('in other parameters goes back as it came', async () => {
    const { url } = authorizationRequest(rig, {
      ...flow,
      extra: { state: `s${NUL}\ud7ff`, code_challenge_method: 'none' },
    });
    const { headers } = await fetch(url, { redirect: 'manual' });
    expect(URL.parse(headers.get('location') ?? '')?.searchParams.get('state')).toBe(`s${NUL}\ud7ff`);
  });
});

test('a client that leaves in the middle of a request is no error', async () => {
  const { port } = new URL(rig.local);
  const socket = net.connect(Number(port), 'localhost');
  socket.write(
    'POST /oauth/token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\ngrant',
  );
  await once(socket, 'connect');
  socket.resetAndDestroy();
  await expect.poll(() => rig.log.lines().filter(({ code }) => code === 'client_closed_request').length).toBe(1);
  expect(rig.log.lines().filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
