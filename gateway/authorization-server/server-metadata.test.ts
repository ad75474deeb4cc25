import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HTTPS, startRig, type Rig } from './testing/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ publicUrl: HTTPS });
});
afterAll(async () => rig?.close());

test('the metadata says what this server can do, and nothing of OpenID Connect', async () => {
  const response = await fetch(`${rig.local}/.well-known/oauth-authorization-server`);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    issuer: 'https://mooring.example',
    authorization_endpoint: 'https://mooring.example/oauth/authorize',
    token_endpoint: 'https://mooring.example/oauth/token',
    registration_endpoint: 'https://mooring.example/oauth/register',
    revocation_endpoint: 'https://mooring.example/oauth/revoke',
    jwks_uri: 'https://mooring.example/oauth/jwks',
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    revocation_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: true,
    scopes_supported: ['admin', 'user'],
  });
});

describe.each([
  ['/.well-known/oauth-authorization-server', 'GET'],
  ['/oauth/jwks', 'GET'],
  ['/oauth/token', 'POST'],
  ['/oauth/register', 'POST'],
  ['/oauth/revoke', 'POST'],
])('%s', (path, method) => {
  test('can be used by programs in web pages of any origin, without cookies', async () => {
    const headers = { origin: 'https://inspector.example', 'access-control-request-method': method };
    const preflight = await fetch(rig.local + path, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe(method);
    const answer = await fetch(rig.local + path, { method, headers: { origin: 'https://inspector.example' } });
    for (const response of [preflight, answer]) {
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
  });

  test('refuses other methods in JSON', async () => {
    const response = await fetch(rig.local + path, { method: 'PUT' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe(method === 'GET' ? 'GET, HEAD, OPTIONS' : `${method}, OPTIONS`);
    expect(await response.json()).toMatchObject({ error: 'method_not_allowed', error_id: expect.any(String) });
  });
});

test.each([
  '/.well-known/openid-configuration',
  '/oauth/register/some-client',
  '/oauth/me',
  '/me',
  '/session/end',
  '/session/end/confirm',
  '/token/introspection',
  '/request',
  '/device',
  '/interaction/x',
  '/oauth/interaction',
  '/oauth/',
  '//attacker.example/oauth/authorize',
])('%s is not there', async (path) => {
  for (const method of ['GET', 'POST']) expect((await fetch(rig.local + path, { method })).status).toBe(404);
});

test('keys are public keys, the newest first', async () => {
  const { keys } = (await (await fetch(`${rig.local}/oauth/jwks`)).json()) as { keys: Record<string, string>[] };
  expect(keys).toHaveLength(1);
  expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: rig.keys.tokens[0].kid });
  expect(keys[0]).not.toHaveProperty('d');
});
