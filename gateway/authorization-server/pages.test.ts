import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { peerKey } from './attempts.ts';
import { createHttpBrowser } from './testing/http-browser.ts';
import {
  allow,
  authorizationRequest,
  authorize,
  LOOPBACK_CLIENT,
  register,
  registered,
  SIGN_IN,
  type FlowOptions,
} from './testing/oauth-flow.ts';
import { HTTPS, MARKETPLACE, startRig, type Rig } from './testing/rig.ts';

let rig: Rig;
let flow: FlowOptions;

beforeAll(async () => {
  rig = await startRig();
  flow = await registered(rig);
});
afterAll(async () => rig?.close());

const browse = () => createHttpBrowser(rig.issuer, rig.local);

describe('both pages', () => {
  test('cannot be framed, cached or scripted, and load nothing', async () => {
    const browser = browse();
    for (const page of [await browser.open(authorizationRequest(rig, flow).url), await browser.submit(SIGN_IN)]) {
      expect(page.status).toBe(200);
      const style = /<style>(.*)<\/style>/s.exec(page.html)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(page.headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(page.headers.get('x-frame-options')).toBe('DENY');
      expect(page.headers.get('cache-control')).toBe('no-store');
      expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      expect(page.headers.get('access-control-allow-origin')).toBeNull();
      expect(page.html).not.toContain('<script');
    }
  });

  test('show what strangers say as text', async () => {
    const hostile = `<img src=x onerror=alert(1)>"'&`;
    const server = mcpServer('hostile', { spec: { title: hostile, oauth: { scopes: ['<b>'] } } });
    rig.source.put(server);
    const { body } = await register(rig, { ...LOOPBACK_CLIENT, client_name: `a\u202eb${hostile}` });
    const browser = browse();
    const options = { ...flow, clientId: String(body['client_id']), resource: rig.resource('hostile').url };
    const signIn = await browser.open(authorizationRequest(rig, options).url);
    const consent = await browser.submit(SIGN_IN);
    rig.source.remove('default/hostile');
    for (const { html } of [signIn, consent]) {
      expect(html).not.toContain('<img');
      expect(html).not.toContain('\u202e');
      expect(html).toContain('ab&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
    }
    expect(consent.html).toContain('&lt;b&gt;');
  });
});

describe('the consent page', () => {
  test('names client, server, scopes and redirect host, and warns about a program on this computer', async () => {
    const browser = browse();
    await browser.open(authorizationRequest(rig, { ...flow, scope: 'user' }).url);
    const { html } = await browser.submit(SIGN_IN);
    for (const part of [
      'Test client',
      flow.clientId,
      'Marketplace',
      String(flow.resource),
      '>user<',
      'localhost:3334',
      'admin',
    ]) {
      expect(html).toContain(part);
    }
    expect(html).not.toContain('>admin</code>');
    expect(html).toContain('nobody has checked its name');
    expect(html).toContain('runs on your computer');
  });

  test('asks again when the server changed hands between showing and allowing', async () => {
    const browser = browse();
    await browser.open(authorizationRequest(rig, flow).url);
    await browser.submit(SIGN_IN);
    rig.source.remove(MARKETPLACE.metadata.uid);
    rig.source.put(
      mcpServer('marketplace', { namespace: 'other', spec: { title: 'Another', oauth: { scopes: ['user'] } } }),
    );
    try {
      const page = await browser.submit({ action: 'allow' });
      expect(page.redirect).toBeUndefined();
      expect(page.html).toContain('Another');
    } finally {
      rig.source.remove('other/marketplace');
      rig.source.put(MARKETPLACE);
    }
  });
});

describe('a form', () => {
  test.each([
    ['another site', { origin: 'https://attacker.example', 'sec-fetch-site': 'cross-site' }],
    ['another port of this host', { origin: 'http://localhost:1', 'sec-fetch-site': 'same-site' }],
    ['a sandbox', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
  ])('from %s is refused', async (_, headers) => {
    const browser = browse();
    await browser.open(authorizationRequest(rig, flow).url);
    await browser.submit(SIGN_IN);
    const page = await browser.submit({ action: 'allow' }, headers);
    expect(page.status).toBe(403);
    expect(page.redirect).toBeUndefined();
  });

  test('without the cookie of its browser is refused', async () => {
    const { url } = await browse().open(authorizationRequest(rig, flow).url);
    const page = await browse().open(url);
    expect(page.status).toBe(400);
    expect(page.html).toContain('started in another browser');
  });

  test('that is sent a second time says that it is over', async () => {
    const browser = browse();
    const { url } = await browser.open(authorizationRequest(rig, flow).url);
    await allow(browser, await browser.open(url));
    const page = await browser.open(url);
    expect(page.status).toBe(400);
    expect(page.html).toContain('has expired');
  });

  test('that is too large is refused', async () => {
    const browser = browse();
    await browser.open(authorizationRequest(rig, flow).url);
    const page = await browser.submit({ ...SIGN_IN, username: 'x'.repeat(9_000) });
    expect(page.status).toBe(413);
  });
});

describe('the session', () => {
  test('over plain http ends with the consent, in the browser and in the database', async () => {
    const browser = browse();
    await authorize(rig, flow, browser);
    expect(browser.cookies().filter((cookie) => cookie.includes('session'))).toEqual([]);
    const sessions = await rig.database
      .selectFrom('oauth_state')
      .select('payload')
      .where('kind', '=', 'Session')
      .execute();
    expect(sessions.filter(({ payload }) => payload.authorizations?.[flow.clientId])).toEqual([]);
    const next = await browser.open(authorizationRequest(rig, flow).url);
    expect(next.html).toContain('type="password"');
  });

  test('over plain http ends with a refusal as well', async () => {
    const browser = browse();
    await browser.open(authorizationRequest(rig, flow).url);
    await browser.submit(SIGN_IN);
    await browser.submit({ action: 'deny' });
    expect(browser.cookies().filter((cookie) => cookie.includes('session'))).toEqual([]);
  });

  test('over https goes on, its cookies are Secure, and a client that registered itself is asked every time', async () => {
    const secure = await startRig({ publicUrl: HTTPS });
    try {
      const client = await registered(secure);
      const browser = createHttpBrowser(secure.issuer, secure.local);
      await authorize(secure, client, browser);
      expect(browser.cookies()).toContain('__Secure-mooring_session /oauth/authorize secure');
      expect(browser.cookies().every((cookie) => cookie.endsWith(' secure'))).toBe(true);

      const silent = await browser.open(authorizationRequest(secure, { ...client, extra: { prompt: 'none' } }).url);
      expect(silent.redirect?.searchParams.get('error')).toBe('consent_required');
      const asked = await browser.open(authorizationRequest(secure, client).url);
      expect(asked.html).toContain('Allow access');

      const web = { ...LOOPBACK_CLIENT, redirect_uris: ['https://app.example/callback'] };
      const { body } = await register(secure, web);
      const flowOfWeb = { ...client, clientId: String(body['client_id']), redirectUri: 'https://app.example/callback' };
      await authorize(secure, flowOfWeb, browser);
      const again = await browser.open(authorizationRequest(secure, { ...flowOfWeb, extra: { prompt: 'none' } }).url);
      expect(again.redirect?.searchParams.get('error')).toBe('consent_required');
    } finally {
      await secure.close();
    }
  });

  test('cookies are only for the paths that need them, and not for scripts', async () => {
    const response = await fetch(authorizationRequest(rig, flow).url, { redirect: 'manual' });
    const cookies = response.headers.getSetCookie();
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies) {
      expect(cookie).toMatch(/; path=\/oauth\/(interaction|authorize)\/[\w-]+;/);
      expect(cookie).toMatch(/; samesite=lax/i);
      expect(cookie).toMatch(/; httponly/i);
    }
  });
});

describe('sign-in attempts', () => {
  const failed = async (target: Rig, username: string, times: number) => {
    const browser = createHttpBrowser(target.issuer, target.local);
    const client = await registered(target);
    await browser.open(authorizationRequest(target, client).url);
    let status = 0;
    for (let attempt = 0; attempt < times; attempt += 1) {
      ({ status } = await browser.submit({ ...SIGN_IN, username, password: 'wrong' }));
    }
    return { browser, status };
  };

  test('say the same for a wrong password and an unknown name, with an id that the log has', async () => {
    const browser = browse();
    await browser.open(authorizationRequest(rig, flow).url);
    const text = ({ html }: { html: string }) => /<p class="problem".*?<\/p>/s.exec(html)?.[0] ?? '';
    const wrong = text(await browser.submit({ ...SIGN_IN, password: 'wrong' }));
    const unknown = text(await browser.submit({ ...SIGN_IN, username: 'nobody' }));
    const id = /[0-9a-f]{8}/.exec(wrong)?.[0] ?? '?';
    expect(wrong.replace(id, '')).toBe(unknown.replace(/[0-9a-f]{8}/, ''));
    expect(wrong).toContain('Name or password is not right');
    expect(rig.log.text()).toContain(id);
    expect(rig.log.text()).not.toContain(SIGN_IN.password);
  });

  test('are limited for each account, also with the right password then', async () => {
    const limited = await startRig({ limits: { signInAttempts: 2 } });
    try {
      const { browser, status } = await failed(limited, 'admin', 3);
      expect(status).toBe(429);
      const page = await browser.submit(SIGN_IN);
      expect(page.status).toBe(429);
      expect(page.html).toContain('Wait 15 minutes');
      expect(page.headers.get('retry-after')).toBe('900');
      await limited.database
        .updateTable('attempt')
        .set({ made_at: new Date(Date.now() - 16 * 60_000) })
        .execute();
      expect((await browser.submit(SIGN_IN)).html).toContain('Allow access');
    } finally {
      await limited.close();
    }
  });

  test('are limited for each address, whatever the names', async () => {
    const limited = await startRig({ limits: { signInAttempts: 2 } });
    try {
      await failed(limited, 'somebody', 1);
      await failed(limited, 'else', 1);
      expect((await failed(limited, 'admin', 1)).status).toBe(429);
    } finally {
      await limited.close();
    }
  });

  test('are forgotten after a success', async () => {
    const limited = await startRig({ limits: { signInAttempts: 2 } });
    try {
      for (let round = 0; round < 3; round += 1) {
        const { browser } = await failed(limited, 'admin', 1);
        expect((await browser.submit(SIGN_IN)).status).toBe(200);
      }
    } finally {
      await limited.close();
    }
  });
});

describe('host names', () => {
  test('who opens 127.0.0.1 is sent to the public name before any cookie is set', async () => {
    const { url } = authorizationRequest(rig, flow);
    const response = await fetch(url.replace('localhost', '127.0.0.1'), { redirect: 'manual' });
    expect(response.status).toBe(307);
    expect(response.headers.get('location')).toBe(url);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  test('endpoints for programs answer on 127.0.0.1, with URLs of the public name', async () => {
    const response = await fetch(
      `${rig.local.replace('localhost', '127.0.0.1')}/.well-known/oauth-authorization-server`,
    );
    expect(await response.json()).toMatchObject({ issuer: rig.issuer, token_endpoint: `${rig.issuer}/oauth/token` });
  });

  test('nothing is built from forwarding headers', async () => {
    const response = await fetch(`${rig.local}/.well-known/oauth-authorization-server`, {
      headers: {
        'x-forwarded-host': 'attacker.example',
        'x-forwarded-proto': 'https',
        forwarded: 'host=attacker.example',
      },
    });
    expect(await response.text()).not.toContain('attacker.example');
  });
});

test('too many started sign-ins from one address are refused', async () => {
  await rig.database
    .insertInto('attempt')
    .values(
      ['127.0.0.1', peerKey('::1')].flatMap((key) =>
        Array.from({ length: 300 }, () => ({ kind: 'authorization', key })),
      ),
    )
    .execute();
  const page = await browse().open(authorizationRequest(rig, flow).url);
  expect(page.status).toBe(429);
});
