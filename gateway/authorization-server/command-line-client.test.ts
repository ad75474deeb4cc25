import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { MAX_SERVERS } from './command-line-client.ts';
import { createHttpBrowser } from './testing/http-browser.ts';
import {
  authorizationRequest,
  post,
  redeem,
  refresh,
  register,
  registered,
  LOOPBACK_CLIENT,
  SIGN_IN,
  tokens,
  type FlowOptions,
} from './testing/oauth-flow.ts';
import { HTTPS, MARKETPLACE, startRig, type Rig } from './testing/rig.ts';

const PLAIN = mcpServer('plain', { spec: { title: 'Plain' } });
const LATER = mcpServer('later', { spec: { oauth: { scopes: ['user'] } } });

let rig: Rig;
let flow: FlowOptions;

beforeAll(async () => {
  rig = await startRig({ publicUrl: HTTPS, servers: [MARKETPLACE, PLAIN] });
  flow = {
    clientId: 'mooring-cli',
    redirectUri: 'http://127.0.0.1:51763/callback',
    resource: rig.resources.registry().url,
  };
});
afterAll(async () => rig?.close());

const browse = () => createHttpBrowser(rig.issuer, rig.local);
const url = (name: string): string => `${rig.issuer}/api/v1/mcp/${name}/mcp`;
const signedIn = async (options: FlowOptions = flow): Promise<string> =>
  (await tokens(rig, options, browse())).refresh_token ?? '';
const tokenFor = async (refreshToken: string, name: string, clientId = flow.clientId) =>
  refresh(rig, clientId, refreshToken, { resource: url(name) });

describe('a sign-in of the command line', () => {
  test('gives the registry, and then each server by a token of its own', async () => {
    const first = await tokens(rig, flow, browse());
    expect(decodeJwt(first.access_token)).toMatchObject({ aud: flow.resource, client_id: 'mooring-cli' });
    const marketplace = await tokenFor(first.refresh_token ?? '', 'marketplace');
    expect(decodeJwt(marketplace.body.access_token)).toMatchObject({
      aud: url('marketplace'),
      scope: 'admin user',
      mooring_server: 'default/marketplace',
    });
    const plain = await tokenFor(marketplace.body.refresh_token ?? '', 'plain');
    expect(decodeJwt(plain.body.access_token)).toMatchObject({ aud: url('plain'), scope: 'mcp' });
    const registry = await refresh(rig, flow.clientId, plain.body.refresh_token ?? '');
    expect(decodeJwt(registry.body.access_token).aud).toBe(flow.resource);
    expect((await tokenFor(registry.body.refresh_token ?? '', 'marketplace')).status).toBe(200);
  });

  test('can be for fewer scopes, and is so at every server', async () => {
    const token = await signedIn({ ...flow, scope: 'user' });
    const marketplace = await tokenFor(token, 'marketplace');
    expect(decodeJwt(marketplace.body.access_token)['scope']).toBe('user');
    expect((await tokenFor(marketplace.body.refresh_token ?? '', 'plain')).body.error).toBe('invalid_target');
  });

  test('for one server is for that one', async () => {
    const token = await signedIn({ ...flow, resource: url('marketplace') });
    expect((await tokenFor(token, 'plain')).body.error).toBe('invalid_target');
    expect((await refresh(rig, flow.clientId, token, { resource: String(flow.resource) })).status).toBe(400);
    expect((await tokenFor(token, 'marketplace')).status).toBe(200);
  });

  test('does not cover a server that came later, and is not spoiled by the question', async () => {
    const token = await signedIn();
    rig.source.put(LATER);
    try {
      const { status, body } = await tokenFor(token, 'later');
      expect([status, body]).toEqual([400, expect.objectContaining({ error: 'invalid_target' })]);
      expect(body.error_description).toContain('sign in again');
      const next = await tokenFor(token, 'marketplace');
      expect(next.status).toBe(200);
      // Nor after it was for another one.
      expect((await tokenFor(next.body.refresh_token ?? '', 'later')).body.error).toBe('invalid_target');
      expect((await tokenFor(await signedIn(), 'later')).status).toBe(200);
    } finally {
      rig.source.remove('default/later');
    }
  });

  test('does not cover a server whose name has passed to another one', async () => {
    const token = await signedIn();
    rig.source.remove('default/plain');
    rig.source.put(mcpServer('plain', { namespace: 'other' }));
    try {
      expect((await tokenFor(token, 'plain')).body.error).toBe('invalid_grant');
      expect((await tokenFor(token, 'marketplace')).status).toBe(200);
    } finally {
      rig.source.remove('other/plain');
      rig.source.put(PLAIN);
    }
  });

  test('ends for every server when it is revoked', async () => {
    const { body } = await tokenFor(await signedIn(), 'marketplace');
    await post(rig, '/oauth/revoke', { token: body.refresh_token ?? '', client_id: flow.clientId });
    expect((await tokenFor(body.refresh_token ?? '', 'plain')).body.error).toBe('invalid_grant');
  });

  test.each(['http://localhost:1/callback', 'http://127.0.0.1:65535/callback'])('is answered at %s', async (uri) => {
    expect(await signedIn({ ...flow, redirectUri: uri })).not.toBe('');
  });

  test.each(['http://127.0.0.1:1/other', 'http://[::1]:1/callback', 'https://attacker.example/callback'])(
    'is never answered at %s',
    async (redirectUri) => {
      const page = await browse().open(authorizationRequest(rig, { ...flow, redirectUri }).url);
      expect([page.status, page.redirect]).toEqual([400, undefined]);
    },
  );

  test('is asked about every time, also in a browser that is signed in', async () => {
    const browser = browse();
    await tokens(rig, flow, browser);
    const silent = await browser.open(authorizationRequest(rig, { ...flow, extra: { prompt: 'none' } }).url);
    expect(silent.redirect?.searchParams.get('error')).toBe('consent_required');
    expect((await browser.open(authorizationRequest(rig, flow).url)).html).toContain('Allow access');
  });
});

describe('the consent page of the command line', () => {
  test('names every server with its scopes', async () => {
    const browser = browse();
    expect((await browser.open(authorizationRequest(rig, flow).url)).html).toContain('every MCP server here');
    const { html } = await browser.submit(SIGN_IN);
    for (const part of ['every MCP server here', 'Marketplace', url('marketplace'), 'Plain', url('plain'), '>mcp<'])
      expect(html).toContain(part);
    expect(html).toContain('these 2 servers');
    expect(html).toContain('added later are not part');
    expect(html).not.toContain('nobody has checked its name');
    expect(html).toContain('any other program there could ask in its name');
  });

  test('is shown again when a server came between showing and allowing', async () => {
    const browser = browse();
    const { url: address, verifier } = authorizationRequest(rig, flow);
    await browser.open(address);
    await browser.submit(SIGN_IN);
    rig.source.put(LATER);
    try {
      const again = await browser.submit({ action: 'allow' });
      expect(again.html).toContain(url('later'));
      const { redirect } = await browser.submit({ action: 'allow' });
      const { body } = await redeem(rig, flow, redirect?.searchParams.get('code') ?? '', verifier);
      expect((await tokenFor(body.refresh_token ?? '', 'later')).status).toBe(200);
    } finally {
      rig.source.remove('default/later');
    }
  });

  test('refuses more servers than one consent can be about, and keeps little until then', async () => {
    const many = Array.from({ length: MAX_SERVERS }, (_, index) => mcpServer(`many-${index}`));
    rig.source.put(...many);
    try {
      const browser = browse();
      await browser.open(authorizationRequest(rig, flow).url);
      expect(await browser.submit(SIGN_IN)).toMatchObject({ status: 403, html: expect.stringContaining('too_many') });
      rig.source.remove('default/many-0');
      rig.source.remove('default/many-1');
      expect(await signedIn()).not.toBe('');
    } finally {
      for (const { metadata } of many) rig.source.remove(metadata.uid);
    }
    const kept = await rig.database.selectFrom('oauth_state').select(['kind', 'payload']).execute();
    const large = kept.filter(({ payload }) => JSON.stringify(payload).length > 16 * 1024);
    expect(large.map(({ kind }) => kind)).toEqual(['Grant']);
  });
});

describe('another client', () => {
  test('that is allowed to use the registry is allowed nothing more', async () => {
    const other = { ...(await registered(rig)), resource: flow.resource };
    const browser = browse();
    await browser.open(authorizationRequest(rig, other).url);
    expect((await browser.submit(SIGN_IN)).html).not.toContain(url('marketplace'));
    const token = await signedIn(other);
    expect((await tokenFor(token, 'marketplace', other.clientId)).body.error).toBe('invalid_target');
    expect((await refresh(rig, other.clientId, token)).status).toBe(200);
  });

  test('cannot register as the command line, nor use its tokens', async () => {
    const { status, body } = await register(rig, { ...LOOPBACK_CLIENT, client_id: 'mooring-cli' });
    expect(status).toBe(201);
    expect(body['client_id']).toMatch(/^[\w-]{22}$/);
    const token = await signedIn();
    expect((await tokenFor(token, 'marketplace', String(body['client_id']))).body.error).toBe('invalid_grant');
    expect((await tokenFor(token, 'marketplace')).status).toBe(200);
  });
});
