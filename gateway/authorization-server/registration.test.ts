import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorize, LOOPBACK_CLIENT, post, refresh, register, tokens } from './testing/oauth-flow.ts';
import { REGISTRATIONS } from './testing/real-clients.ts';
import { HTTPS, startRig, type Rig } from './testing/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig({ publicUrl: HTTPS });
});
afterAll(async () => rig?.close());

describe.each(Object.entries(REGISTRATIONS))('%s', (_, { metadata, redirectUri }) => {
  test('registers, gets a token, refreshes it', async () => {
    const { status, body } = await register(rig, metadata);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      client_name: metadata['client_name'],
      redirect_uris: metadata['redirect_uris'],
      token_endpoint_auth_method: 'none',
    });
    expect(body['client_secret']).toBeUndefined();
    const clientId = String(body['client_id']);
    const first = await tokens(rig, { clientId, redirectUri, resource: rig.resource('marketplace').url });
    const second = await refresh(rig, clientId, first.refresh_token ?? '');
    expect(second.status).toBe(200);
    expect(second.body.scope).toBe('admin user');
  });
});

test('the least that can be registered: no secret is made, and the grant is the default of RFC 7591', async () => {
  const { body } = await register(rig, { redirect_uris: ['https://app.example/callback'] });
  expect(body).toMatchObject({ grant_types: ['authorization_code'], token_endpoint_auth_method: 'none' });
  expect(body['client_secret']).toBeUndefined();
  const flow = {
    clientId: String(body['client_id']),
    redirectUri: 'https://app.example/callback',
    resource: rig.resource('marketplace').url,
  };
  const answer = await tokens(rig, flow);
  expect(answer.refresh_token).toBeUndefined();
  expect(answer.expires_in).toBe(3600);
});

test('of registered scopes a client is told those that exist', async () => {
  const { status, body } = await register(rig, { ...LOOPBACK_CLIENT, scope: 'openid claudeai user offline_access' });
  expect(status).toBe(201);
  expect(body['scope']).toBe('user');
});

test.each([
  ['jwks_uri', { jwks_uri: 'https://app.example/jwks' }, 'invalid_client_metadata'],
  ['sector_identifier_uri', { sector_identifier_uri: 'https://app.example/s' }, 'invalid_client_metadata'],
  ['plain http elsewhere', { redirect_uris: ['http://app.example/callback'] }, 'invalid_redirect_uri'],
  ['a script as redirect', { redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
  ['data as redirect', { redirect_uris: ['data:text/html,x'] }, 'invalid_redirect_uri'],
  ['a file as redirect', { redirect_uris: ['file:///etc/passwd'] }, 'invalid_redirect_uri'],
  ['a fragment', { redirect_uris: ['https://app.example/#x'] }, 'invalid_redirect_uri'],
  ['no redirect', { redirect_uris: [] }, 'invalid_redirect_uri'],
  ['not a URL', { redirect_uris: ['callback'] }, 'invalid_redirect_uri'],
  [
    'many redirects',
    { redirect_uris: Array.from({ length: 33 }, (_, n) => `https://a.example/${n}`) },
    'invalid_redirect_uri',
  ],
  ['a long redirect', { redirect_uris: [`https://a.example/${'x'.repeat(2048)}`] }, 'invalid_redirect_uri'],
  ['a long name', { client_name: 'x'.repeat(201) }, 'invalid_client_metadata'],
  ['a large document', { tos_uri: `https://a.example/${'x'.repeat(17_000)}` }, 'invalid_client_metadata'],
  ['nesting', { contacts: [['x']] }, 'invalid_client_metadata'],
])('refused: %s', async (_, change, error) => {
  const { status, body } = await register(rig, { ...LOOPBACK_CLIENT, ...change });
  expect(status).toBe(400);
  expect(body['error']).toBe(error);
  expect(body['error_id']).toMatch(/^[0-9a-f]{8}$/);
  expect(rig.log.text()).toContain(String(body['error_id']));
});

test.each(['[]', 'null', '{', '"x"', 'x'.repeat(60_000)])('refused: a body that is no JSON object', async (body) => {
  const response = await fetch(`${rig.local}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_request' });
});

test('refused: nesting as deep as fits', async () => {
  const depth = 27_000;
  const response = await fetch(`${rig.local}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"redirect_uris":["https://app.example/"],"contacts":${'['.repeat(depth)}${']'.repeat(depth)}}`,
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: 'invalid_client_metadata' });
});

test('a client that is gone gets 401 invalid_client at the token endpoint, so that it registers again', async () => {
  for (const grant of [
    { grant_type: 'refresh_token', refresh_token: 'x' },
    { grant_type: 'authorization_code', code: 'x' },
  ]) {
    const { status, body } = await post(rig, '/oauth/token', { ...grant, client_id: 'gone' });
    expect(status).toBe(401);
    expect(body.error).toBe('invalid_client');
  }
});

describe('limits', () => {
  test('registrations from one address in an hour', async () => {
    const small = await startRig({ publicUrl: HTTPS, limits: { registrationsPerHour: 2 } });
    try {
      expect((await register(small, LOOPBACK_CLIENT)).status).toBe(201);
      // A registration that fails counts as well.
      expect((await register(small, {})).status).toBe(400);
      const { status, body, headers } = await register(small, LOOPBACK_CLIENT);
      expect(status).toBe(429);
      expect(body).toMatchObject({ error: 'too_many_requests' });
      expect(headers.get('retry-after')).toBe('3600');
    } finally {
      await small.close();
    }
  });

  test('above the number of kept clients the longest unused go, and never one that somebody has consented to', async () => {
    const small = await startRig({ publicUrl: HTTPS, limits: { registeredClients: 3 } });
    try {
      const id = async () => String((await register(small, LOOPBACK_CLIENT)).body['client_id']);
      const [used, oldest, younger] = [await id(), await id(), await id()];
      const flow = {
        clientId: used,
        redirectUri: LOOPBACK_CLIENT.redirect_uris[0] ?? '',
        resource: small.resource('marketplace').url,
      };
      const { refresh_token: token = '' } = await tokens(small, flow);
      await small.database
        .updateTable('oauth_client')
        .set({ used_at: new Date(0) })
        .where('id', 'in', [used, oldest])
        .execute();
      await id();
      const left = await small.database.selectFrom('oauth_client').select('id').execute();
      const ids = left.map((client) => client.id);
      expect(ids).toHaveLength(3);
      expect(ids).toEqual(expect.arrayContaining([used, younger]));
      expect((await refresh(small, used, token)).status).toBe(200);

      // One after the other: they share a browser, whose session is renewed by a sign-in.
      for (const clientId of ids.filter((one) => one !== used)) await authorize(small, { ...flow, clientId });
      const { status, body } = await register(small, LOOPBACK_CLIENT);
      expect(status).toBe(400);
      expect(body['error']).toBe('temporarily_unavailable');
    } finally {
      await small.close();
    }
  });
});
