import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKey } from '../../core/keys.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { createHttpBrowser } from './testing/http-browser.ts';
import {
  authorizationRequest,
  authorize,
  post,
  redeem,
  refresh,
  registered,
  SIGN_IN,
  tokens,
  type FlowOptions,
} from './testing/oauth-flow.ts';
import { HTTPS, MARKETPLACE, startRig, type Rig } from './testing/rig.ts';

const OPEN_SERVER = mcpServer('plain');

let rig: Rig;
let flow: FlowOptions;

beforeAll(async () => {
  rig = await startRig({ publicUrl: HTTPS, servers: [MARKETPLACE, OPEN_SERVER] });
  flow = await registered(rig);
});
afterAll(async () => rig?.close());

const exchange = (code: string, verifier: string, change?: Record<string, string>) =>
  redeem(rig, flow, code, verifier, change);

/** What the client is told at once, before a person is asked anything. */
async function refusal(options: Partial<FlowOptions>): Promise<Record<string, string>> {
  const browser = createHttpBrowser(rig.issuer, rig.local);
  const { redirect } = await browser.open(authorizationRequest(rig, { ...flow, ...options }).url);
  // Errors of response types that answer in the fragment are there as well.
  return Object.fromEntries(new URLSearchParams((redirect?.search || redirect?.hash)?.slice(1)));
}

describe('the token', () => {
  test('is for exactly this server and says who may use it for what', async () => {
    const answer = await tokens(rig, flow);
    expect(answer).toMatchObject({ token_type: 'Bearer', scope: 'admin user', expires_in: 900 });
    const { access_token: token } = answer;
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: rig.keys.tokens[0].kid });
    expect(decodeJwt(token)).toEqual({
      iss: rig.issuer,
      aud: flow.resource,
      sub: 'admin',
      client_id: flow.clientId,
      scope: 'admin user',
      mooring_server: 'default/marketplace',
      jti: expect.any(String),
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    const published = (await (await fetch(`${rig.local}/oauth/jwks`)).json()) as { keys: never[] };
    for (const keys of [published.keys, [...rig.authorizationServer.jwks().keys]]) {
      await jwtVerify(token, createLocalJWKSet({ keys }), { issuer: rig.issuer, audience: String(flow.resource) });
      expect(JSON.stringify(keys)).not.toContain(rig.keys.tokens[0].d);
    }
  });

  test('made without a sign-in has the same claims', async () => {
    const token = await rig.authorizationServer.issueToken({
      resource: rig.resource('marketplace'),
      scopes: ['user'],
      subject: 'admin',
      clientId: 'mooring-cli',
      lifetime: 600,
    });
    const usual = (await tokens(rig, flow)).access_token;
    expect(decodeProtectedHeader(token)).toEqual(decodeProtectedHeader(usual));
    expect(Object.keys(decodeJwt(token)).sort()).toEqual(Object.keys(decodeJwt(usual)).sort());
    const { iat = 0, exp } = decodeJwt(token);
    expect(exp).toBe(iat + 600);
  });

  test('for a server whose rules name no scope has the base scope', async () => {
    const { access_token: token } = await tokens(rig, { ...flow, resource: rig.resource('plain').url });
    expect(decodeJwt(token)).toMatchObject({ scope: 'mcp', mooring_server: 'default/plain' });
  });

  test('for the registry has every scope, and no owner', async () => {
    const { access_token: token } = await tokens(rig, { ...flow, resource: rig.resources.registry().url });
    expect(decodeJwt(token)).toMatchObject({ scope: 'admin user', aud: rig.resources.registry().url });
    expect(decodeJwt(token)['mooring_server']).toBeUndefined();
  });

  test.each([
    ['user', 'user'],
    ['user offline_access', 'user'],
    ['openid user profile', 'user'],
    ['claudeai', 'admin user'],
    ['', 'admin user'],
  ])('asked for with scope "%s" has "%s"', async (scope, granted) => {
    const answer = await tokens(rig, { ...flow, scope });
    expect(answer.scope).toBe(granted);
    expect(decodeJwt(answer.access_token)['scope']).toBe(granted);
    expect(answer).not.toHaveProperty('id_token');
  });

  test('follows scopes that come and go while the server runs', async () => {
    const before = await tokens(rig, { ...flow, scope: 'later' });
    expect(before.scope).toBe('admin user');
    rig.source.put(MARKETPLACE, mcpServer('second', { spec: { oauth: { scopes: ['later'] } } }));
    const metadata = (await (await fetch(`${rig.local}/.well-known/oauth-authorization-server`)).json()) as object;
    expect(metadata).toMatchObject({ scopes_supported: ['admin', 'later', 'user'] });
    const after = await tokens(rig, { ...flow, scope: 'later' });
    expect(after.scope).toBe('later');
    rig.source.remove('default/second');
    const { status, body } = await refresh(rig, flow.clientId, after.refresh_token ?? '');
    expect(status).toBe(200);
    expect(body.scope ?? '').toBe('');
  });
});

describe('the request', () => {
  test.each([
    ['no such server', { resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
    ['the gateway itself', { resource: undefined, extra: { resource: 'ISSUER' } }, 'invalid_target'],
    ['not a URL', { resource: 'marketplace' }, 'invalid_target'],
    ['which of two servers is not said', { resource: undefined }, 'invalid_target'],
    ['PKCE is missing', { extra: { code_challenge: '', code_challenge_method: '' } }, 'invalid_request'],
    ['plain PKCE', { extra: { code_challenge_method: 'plain' } }, 'invalid_request'],
    ['implicit flow', { extra: { response_type: 'token' } }, 'unsupported_response_type'],
    ['a request object', { extra: { request: 'x' } }, 'request_not_supported'],
    ['no interaction wanted', { extra: { prompt: 'none' } }, 'login_required'],
  ])('refused with issuer and state: %s', async (_, options, error) => {
    const answer = await refusal(options);
    expect(answer).toMatchObject({ error, iss: rig.issuer, state: 'some-state' });
    expect(answer['code']).toBeUndefined();
  });

  test('two resources at once are refused', async () => {
    const browser = createHttpBrowser(rig.issuer, rig.local);
    const second = `&resource=${encodeURIComponent(rig.resource('plain').url)}`;
    const { redirect } = await browser.open(authorizationRequest(rig, flow).url + second);
    expect(redirect?.searchParams.get('error')).toBe('invalid_target');
  });

  test('a client from before RFC 8707 gets the only server that there is', async () => {
    rig.source.remove('default/plain');
    try {
      const { access_token: token } = await tokens(rig, { ...flow, resource: undefined });
      expect(decodeJwt(token).aud).toBe(rig.resource('marketplace').url);
    } finally {
      rig.source.put(OPEN_SERVER);
    }
  });

  test('parameters of OpenID Connect are ignored', async () => {
    const answer = await tokens(rig, {
      ...flow,
      extra: { nonce: 'n', max_age: '0', response_mode: 'form_post', claims: '{}' },
    });
    expect(answer.scope).toBe('admin user');
  });

  test.each([
    'https://attacker.example/',
    'http://localhost:3334/other',
    'http://localhost.attacker.example:3334/oauth/callback',
  ])('never redirects to %s', async (redirectUri) => {
    const browser = createHttpBrowser(rig.issuer, rig.local);
    const page = await browser.open(authorizationRequest(rig, { ...flow, redirectUri }).url);
    expect(page.redirect).toBeUndefined();
    expect(page.status).toBe(400);
    expect(page.html).toContain('could be an impostor');
    const id = /<code>([0-9a-f]{8})<\/code>/.exec(page.html)?.[1];
    expect(rig.log.text()).toContain(String(id));
  });

  test('a loopback redirect may use another port than the registered one', async () => {
    const redirectUri = 'http://localhost:49152/oauth/callback';
    const { redirect } = await authorize(rig, { ...flow, redirectUri });
    expect(redirect.href).toMatch(/^http:\/\/localhost:49152\/oauth\/callback\?code=/);
  });

  test('an unknown client is told what to do, on a page', async () => {
    const browser = createHttpBrowser(rig.issuer, rig.local);
    const page = await browser.open(authorizationRequest(rig, { ...flow, clientId: 'gone' }).url);
    expect(page.status).toBe(400);
    expect(page.html).toContain('remove this MCP server and add it again');
  });
});

describe('the answer', () => {
  test('carries issuer and state', async () => {
    const { redirect } = await authorize(rig, flow);
    expect(Object.fromEntries(redirect.searchParams)).toEqual({
      code: expect.any(String),
      state: 'some-state',
      iss: rig.issuer,
    });
  });

  test.each([
    ['sign-in', { action: 'cancel' }, undefined],
    ['consent', SIGN_IN, { action: 'deny' }],
  ])('of somebody who declines at %s is access_denied', async (_, first, second) => {
    const browser = createHttpBrowser(rig.issuer, rig.local);
    await browser.open(authorizationRequest(rig, flow).url);
    let page = await browser.submit(first);
    if (second) page = await browser.submit(second);
    expect(Object.fromEntries(page.redirect?.searchParams ?? [])).toEqual({
      error: 'access_denied',
      error_description: 'the request was denied',
      state: 'some-state',
      iss: rig.issuer,
    });
  });
});

describe('the code', () => {
  test.each([
    ['another verifier', { code_verifier: 'x'.repeat(43) }],
    ['no verifier', { code_verifier: '' }],
    ['another redirect', { redirect_uri: 'http://localhost:1/oauth/callback' }],
  ])('is refused with %s', async (_, change) => {
    const { code, verifier } = await authorize(rig, flow);
    const { status, body } = await exchange(code, verifier, change);
    expect(status).toBe(400);
    expect(body.error).toBe('invalid_grant');
    expect(rig.log.text()).toContain(body.error_id);
  });

  test('is refused for another resource', async () => {
    const { code, verifier } = await authorize(rig, flow);
    const { body } = await exchange(code, verifier, { resource: rig.resource('plain').url });
    expect(body.error).toBe('invalid_target');
  });

  test('used twice is refused, and what came of the first use ends', async () => {
    const { code, verifier } = await authorize(rig, flow);
    const first = await exchange(code, verifier);
    expect(first.status).toBe(200);
    expect((await exchange(code, verifier)).body.error).toBe('invalid_grant');
    expect((await refresh(rig, flow.clientId, first.body.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  test('used twice at the same moment gives one token at most', async () => {
    const { code, verifier } = await authorize(rig, flow);
    const answers = await Promise.all([exchange(code, verifier), exchange(code, verifier), exchange(code, verifier)]);
    const good = answers.filter(({ status }) => status === 200);
    expect(good.length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ body }) => body.error === 'invalid_grant')).toHaveLength(3 - good.length);
  });
});

describe('the refresh token', () => {
  test('is another one after each use', async () => {
    const first = await tokens(rig, flow);
    const second = (await refresh(rig, flow.clientId, first.refresh_token ?? '')).body;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(decodeJwt(second.access_token)).toMatchObject({ aud: flow.resource, scope: 'admin user' });
    const third = await refresh(rig, flow.clientId, second.refresh_token ?? '', { scope: 'user' });
    expect(third.body.scope).toBe('user');
  });

  test('used again ends the whole grant', async () => {
    const first = await tokens(rig, flow);
    const second = (await refresh(rig, flow.clientId, first.refresh_token ?? '')).body;
    expect((await refresh(rig, flow.clientId, first.refresh_token ?? '')).body.error).toBe('invalid_grant');
    expect((await refresh(rig, flow.clientId, second.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });

  test('used twice at the same moment ends the whole grant', async () => {
    const { refresh_token: token = '' } = await tokens(rig, flow);
    const answers = await Promise.all([1, 2, 3].map(() => refresh(rig, flow.clientId, token)));
    const good = answers.filter(({ status }) => status === 200);
    expect(good.length).toBeLessThanOrEqual(1);
    for (const { body } of good) {
      expect((await refresh(rig, flow.clientId, body.refresh_token ?? '')).body.error).toBe('invalid_grant');
    }
  });

  test('of another client is refused', async () => {
    const { refresh_token: token = '' } = await tokens(rig, flow);
    const other = await registered(rig);
    expect((await refresh(rig, other.clientId, token)).body.error).toBe('invalid_grant');
    expect((await refresh(rig, flow.clientId, token)).status).toBe(200);
  });

  test('is good for nothing while its server is away, and again when it is back', async () => {
    const { refresh_token: token = '' } = await tokens(rig, flow);
    rig.source.remove('default/marketplace');
    expect((await refresh(rig, flow.clientId, token)).body.error).toBe('invalid_target');
    rig.source.put(MARKETPLACE);
    expect((await refresh(rig, flow.clientId, token)).status).toBe(200);
  });

  test.each([
    ['another resource', { resource: 'https://elsewhere.example/mcp' }],
    ['the registry', { resource: 'REGISTRY' }],
    ['a scope that it has not', { scope: 'other' }],
  ])('is still good after a request for %s', async (_, wrong) => {
    const { refresh_token: token = '' } = await tokens(rig, flow);
    const extra = Object.fromEntries(
      Object.entries(wrong).map(([name, value]) => [name, value.replace('REGISTRY', rig.resources.registry().url)]),
    );
    const { status, body } = await refresh(rig, flow.clientId, token, extra);
    expect([status, body.error]).toEqual([400, expect.stringMatching(/^invalid_(target|scope)$/)]);
    expect((await refresh(rig, flow.clientId, token)).status).toBe(200);
  });

  test('is refused once the name of its server has passed to another one', async () => {
    const { refresh_token: token = '' } = await tokens(rig, flow);
    rig.source.remove('default/marketplace');
    rig.source.put(mcpServer('marketplace', { namespace: 'other', spec: { oauth: { scopes: ['user'] } } }));
    expect((await refresh(rig, flow.clientId, token)).body.error).toBe('invalid_grant');
    rig.source.remove('other/marketplace');
    rig.source.put(MARKETPLACE);
  });

  test('that is revoked ends, and a stranger cannot revoke it', async () => {
    const { refresh_token: token = '' } = await tokens(rig, flow);
    const other = await registered(rig);
    await post(rig, '/oauth/revoke', { token, client_id: other.clientId });
    const { status, body } = await refresh(rig, flow.clientId, token);
    expect(status).toBe(200);
    await post(rig, '/oauth/revoke', { token: body.refresh_token ?? '', client_id: flow.clientId });
    expect((await refresh(rig, flow.clientId, body.refresh_token ?? '')).body.error).toBe('invalid_grant');
  });
});

test('two gateways on one database answer the steps of one sign-in in turn', async () => {
  const pair = await startRig({ publicUrl: HTTPS });
  try {
    const second = await pair.startReplica();
    const client = await registered(pair);
    const { url, verifier } = authorizationRequest(pair, client);
    let turn = 0;
    const browser = createHttpBrowser(pair.issuer, () => [pair.local, second.local][(turn += 1) % 2] ?? '');
    await browser.open(url);
    await browser.submit(SIGN_IN);
    const { redirect } = await browser.submit({ action: 'allow' });
    const { status, body } = await redeem(second, client, redirect?.searchParams.get('code') ?? '', verifier);
    expect(status).toBe(200);
    expect((await refresh(pair, client.clientId, body.refresh_token ?? '')).status).toBe(200);
  } finally {
    await pair.close();
  }
});

test('after a rotation the new key signs, the old one still verifies, and a sign-in that was going on goes on', async () => {
  const old = (await tokens(rig, flow)).access_token;
  const browser = createHttpBrowser(rig.issuer, rig.local);
  const { url, verifier } = authorizationRequest(rig, flow);
  await browser.open(url);

  const keys = {
    tokens: [await newKey('ES256'), ...rig.keys.tokens] as const,
    cookies: [await newKey('HS256'), ...rig.keys.cookies] as const,
  };
  rig.authorizationServer.useKeys(keys);

  await browser.submit(SIGN_IN);
  const { redirect } = await browser.submit({ action: 'allow' });
  const { body } = await exchange(redirect?.searchParams.get('code') ?? '', verifier);
  expect(decodeProtectedHeader(body.access_token).kid).toBe(keys.tokens[0].kid);
  const verifier2 = createLocalJWKSet({ keys: [...rig.authorizationServer.jwks().keys] });
  await jwtVerify(old, verifier2, { issuer: rig.issuer });
  await jwtVerify(body.access_token, verifier2, { issuer: rig.issuer });
});
