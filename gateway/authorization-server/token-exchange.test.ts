import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { identityJwks, identitySigner, type Identity, type IdentityIssuer } from '../../core/identity-token.ts';
import { newKey, type KeyRing } from '../../core/keys.ts';
import { mcpServer } from '../testing/memory-source.ts';
import { JWT_TYPE, TOKEN_EXCHANGE } from './exchange-names.ts';
import { LOOPBACK_CLIENT, post, refresh, register, tokens } from './testing/oauth-flow.ts';
import { HTTPS, MARKETPLACE, startRig, type Rig } from './testing/rig.ts';

const ACTS = 'home/systemprompt';
const SYSTEMPROMPT = mcpServer('systemprompt', { namespace: 'home', spec: { oauth: { scopes: ['user'] } } });
const PLAIN = mcpServer('plain');
const USER: Identity = { subject: 'admin', clientId: 'some-client', scopes: ['user', 'tools:read'] };
const ADMIN: Identity = { ...USER, scopes: ['admin', 'user', 'tools:read', 'tools:write', 'secrets:read'] };

let ring: KeyRing;
let rig: Rig;
let closed: Rig;

beforeAll(async () => {
  ring = [await newKey('ES256')];
  const servers = [MARKETPLACE, SYSTEMPROMPT, PLAIN];
  const rule = { server: ACTS, keys: identityJwks({ 'mooring:gateway': ring }).keys };
  rig = await startRig({ publicUrl: HTTPS, servers, exchange: rule });
  closed = await startRig({ servers });
});
afterAll(async () => {
  await rig?.close();
  await closed?.close();
});

interface Signing {
  readonly server?: string;
  readonly issuer?: IdentityIssuer;
  readonly by?: KeyRing;
}

const identityOf = async (identity: Identity, { server = ACTS, issuer = 'mooring:gateway', by = ring }: Signing = {}) =>
  (await identitySigner(issuer, by))(server, identity);

/** As the command line of systemprompt asks, for marketplace; `undefined` leaves a parameter out. */
async function exchange(token: string, change: Readonly<Record<string, string | undefined>> = {}, at: Rig = rig) {
  const parameters = {
    grant_type: TOKEN_EXCHANGE,
    client_id: 'mooring-cli',
    subject_token: token,
    subject_token_type: JWT_TYPE,
    resource: at.resource('marketplace').url,
    ...change,
  };
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return post(at, '/oauth/token', Object.fromEntries(given));
}

describe('an identity of a caller of the one server that may exchange it', () => {
  test('becomes a token of that caller and client for another server, for a minute and without refresh', async () => {
    const { status, body, headers } = await exchange(await identityOf(USER));
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { access_token: token, ...rest } = body;
    expect(rest).toEqual({
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 60,
      scope: 'user',
    });
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({
      iss: HTTPS,
      sub: 'admin',
      aud: rig.resource('marketplace').url,
      client_id: 'some-client',
      scope: 'user',
      mooring_server: 'default/marketplace',
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(60);
  });

  test.each([
    ['all of them, of an administrator', ADMIN, undefined, 'admin user'],
    ['those that are asked for', ADMIN, 'user', 'user'],
    ['those that are not asked for are not added', ADMIN, 'admin', 'admin'],
  ])('has the scopes that the server names: %s', async (_, identity, scope, issued) => {
    expect((await exchange(await identityOf(identity), { scope })).body.scope).toBe(issued);
  });

  test('says no more than who it is where the server names no scope', async () => {
    const { body } = await exchange(await identityOf(ADMIN), { resource: rig.resource('plain').url });
    expect(decodeJwt(body.access_token)['scope']).toBe('mcp');
  });

  test('has no scope that its account has lost meanwhile', async () => {
    await rig.database
      .insertInto('account')
      .values({ name: 'ada', password_hash: '', scopes: ['user'] })
      .execute();
    const { body } = await exchange(await identityOf({ ...ADMIN, subject: 'ada' }));
    expect(body.scope).toBe('user');
  });

  test('is noted with who, where and what, and without a token', async () => {
    const identity = await identityOf(USER);
    const { body } = await exchange(identity);
    await exchange(identity, { resource: 'https://elsewhere.example/' });
    const notes = rig.log.lines().filter(({ msg }) => msg === 'an identity was exchanged');
    expect(notes.at(-1)).toMatchObject({
      subject: 'admin',
      client: 'some-client',
      for: ACTS,
      at: rig.resource('marketplace').url,
      scopes: ['user'],
    });
    for (const token of [identity, body.access_token]) expect(rig.log.text()).not.toContain(token.split('.')[2]);
  });
});

test('where identities are exchanged, the command line signs in as ever', async () => {
  const flow = { clientId: 'mooring-cli', redirectUri: 'http://127.0.0.1:51763/callback' };
  const { refresh_token: token = '' } = await tokens(rig, { ...flow, resource: rig.resources.registry().url });
  const { body } = await refresh(rig, flow.clientId, token, { resource: rig.resource('plain').url });
  expect(decodeJwt(body.access_token)).toMatchObject({ aud: rig.resource('plain').url, client_id: 'mooring-cli' });
});

describe('what is refused', () => {
  test.each<[string, () => Promise<string>]>([
    ['of a caller of another server', () => identityOf(ADMIN, { server: 'default/marketplace' })],
    ['of a namesake in another namespace', () => identityOf(ADMIN, { server: 'default/systemprompt' })],
    ['of a stranger’s key', async () => identityOf(ADMIN, { by: [await newKey('ES256')] })],
    ['of the operator', () => identityOf(ADMIN, { issuer: 'mooring:operator' })],
    ['of nobody', () => identityOf({ clientId: 'some-client', scopes: ['user'] })],
    ['of no client', () => identityOf({ subject: 'admin', scopes: ['user'] })],
    ['of a page', () => identityOf({ ...ADMIN, clientId: 'mooring-pages' })],
    ['of an account that is gone', () => identityOf({ ...ADMIN, subject: 'left' })],
    ['with its end cut off', async () => (await identityOf(ADMIN)).slice(0, -4)],
    ['that is an access token', async () => (await exchange(await identityOf(ADMIN))).body.access_token],
    ['that is empty', async () => ''],
  ])('an identity %s', async (_, token) => {
    const { status, body } = await exchange(await token());
    expect([status, body.error, body.access_token]).toEqual([400, 'invalid_request', undefined]);
  });

  test('an identity that has expired', async () => {
    const signedBefore = async (seconds: number): Promise<string> => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - seconds * 1000 });
      return identityOf(USER).finally(() => vi.useRealTimers());
    };
    expect((await exchange(await signedBefore(50))).status).toBe(200);
    expect((await exchange(await signedBefore(66))).body.error).toBe('invalid_request');
  });

  test.each<[string, Record<string, string | undefined>, string]>([
    ['no server', { resource: undefined }, 'invalid_target'],
    ['a server that is not here', { resource: `${HTTPS}/api/v1/mcp/none/mcp` }, 'invalid_target'],
    ['the registry', { resource: `${HTTPS}/api/v1/mcp/registry` }, 'invalid_target'],
    ['itself', { resource: `${HTTPS}/api/v1/mcp/systemprompt/mcp` }, 'invalid_target'],
    ['a scope that the caller does not have', { scope: 'user admin' }, 'invalid_scope'],
    ['a scope that the server does not name', { scope: 'tools:read' }, 'invalid_scope'],
    [
      'another kind of token',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' },
      'invalid_request',
    ],
    [
      'another kind of subject',
      { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
      'invalid_request',
    ],
    ['no subject', { subject_token: undefined }, 'invalid_request'],
    ['no client', { client_id: undefined }, 'invalid_request'],
  ])('a token for %s', async (_, change, error) => {
    const { status, body } = await exchange(await identityOf(USER), change);
    expect([status, body.error, body.access_token]).toEqual([400, error, undefined]);
  });

  test('a client that registers for it', async () => {
    const { body } = await register(rig, {
      ...LOOPBACK_CLIENT,
      client_id: 'mooring-cli',
      grant_types: ['authorization_code', TOKEN_EXCHANGE],
    });
    expect(body['grant_types']).toEqual(['authorization_code']);
    const asked = await exchange(await identityOf(USER), { client_id: String(body['client_id']) });
    expect([asked.status, asked.body.access_token]).toEqual([400, undefined]);
  });

  test('everybody, where no server may exchange', async () => {
    const { body } = await exchange(await identityOf(USER), {}, closed);
    expect([body.error, body.access_token]).toEqual(['unsupported_grant_type', undefined]);
    const grants = async ({ local }: Rig) => {
      const metadata = await (await fetch(`${local}/.well-known/oauth-authorization-server`)).json();
      return (metadata as { grant_types_supported: string[] }).grant_types_supported.includes(TOKEN_EXCHANGE);
    };
    expect([await grants(rig), await grants(closed)]).toEqual([true, false]);
  });
});
