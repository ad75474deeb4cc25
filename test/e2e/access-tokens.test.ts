import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  decodeJwt,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
  UnsecuredJWT,
  type JWK,
  type JWTPayload,
} from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { manifest } from '../support/manifests.ts';
import { startMooring, type RunningMooring } from '../support/mooring.ts';

let mooring: RunningMooring;
let good: string;
let key: JWK & { kid: string };

beforeAll(async () => {
  const spec = 'oauth: { scopes: [user], tools: [{ match: headers, scopes: [special] }] }';
  mooring = await startMooring({
    manifests: {
      'a.yaml': manifest('a', { script: 'echo.ts', spec }),
      'b.yaml': manifest('b', { script: 'echo.ts', spec }),
    },
    ready: ['a', 'b'],
  });
  good = await mooring.token('a');
  const keys = JSON.parse(await readFile(join(mooring.home, 'keys', 'gateway.json'), 'utf8')) as {
    tokens: (typeof key)[];
  };
  key = keys.tokens[0] ?? { kid: '' };
});

afterAll(async () => mooring?.[Symbol.asyncDispose]());

const metadata = () => `${mooring.url}/.well-known/oauth-protected-resource/api/v1/mcp/a/mcp`;

async function ask(token?: string): Promise<Response> {
  return fetch(mooring.endpoint('a'), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
}

/** The good token with some claims changed, signed with the real key unless told otherwise. */
async function forge(change: JWTPayload, signer?: Parameters<SignJWT['sign']>[0], header = {}): Promise<string> {
  return new SignJWT({ ...decodeJwt(good), ...change })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
    .sign(signer ?? (await importJWK(key, 'ES256')));
}

test('the token of `mooring token` calls its server', async () => {
  expect(await callTool(mooring.endpoint('a'), 'echo', { text: 'hi' }, good)).toBe('1.0.0: hi');
  // Control for the forgeries below: the same token, signed again, is good.
  expect((await ask(await forge({}))).status).toBe(200);
});

test('no token: a challenge without error (RFC 6750 section 3.1)', async () => {
  const response = await ask();
  expect(response.status).toBe(401);
  const challenge = response.headers.get('www-authenticate');
  expect(challenge).toBe(`Bearer resource_metadata="${metadata()}", scope="user"`);
});

test('a token for server A is refused at B', async () => {
  await expect(callTool(mooring.endpoint('b'), 'echo', { text: 'hi' }, good)).rejects.toThrow(/unauthorized|401/i);
});

const FORGERIES: Readonly<Record<string, () => Promise<string>>> = {
  expired: async () => forge({ exp: Math.floor(Date.now() / 1000) - 60 }),
  'not yet valid': async () => forge({ nbf: Math.floor(Date.now() / 1000) + 600 }),
  'of another issuer': async () => forge({ iss: 'https://attacker.example' }),
  'for another resource': async () => forge({ aud: mooring.endpoint('b') }),
  'of a server that had this name before': async () => forge({ mooring_server: 'other/a' }),
  'signed with another key': async () => forge({}, (await generateKeyPair('ES256')).privateKey),
  'signed with another key that it brings along': async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    return forge({}, privateKey, { jwk: await exportJWK(publicKey) });
  },
  'alg none': async () => new UnsecuredJWT(decodeJwt(good)).encode(),
  'HMAC with the public key': async () =>
    forge({}, new TextEncoder().encode(JSON.stringify({ ...key, d: undefined })), { alg: 'HS256' }),
  'of another type': async () => forge({}, undefined, { typ: 'JWT' }),
  'not a token': async () => 'x'.repeat(600),
};

test.each(Object.entries(FORGERIES))('a token that is %s: 401 invalid_token', async (_, make) => {
  const response = await ask(await make());
  expect(response.status).toBe(401);
  const challenge = response.headers.get('www-authenticate') ?? '';
  expect(challenge).toMatch(/^Bearer /);
  expect(challenge).toContain('error="invalid_token"');
  expect(challenge).toContain(`resource_metadata="${metadata()}"`);
  expect(challenge).toContain('scope="user"');
});

test('a token with too little: 403 insufficient_scope names every scope of the operation', async () => {
  const response = await ask(await forge({ scope: 'other' }));
  expect(response.status).toBe(403);
  const challenge = response.headers.get('www-authenticate') ?? '';
  expect(challenge).toContain('error="insufficient_scope"');
  expect(challenge).toContain('scope="user"');

  const call = await fetch(mooring.endpoint('a'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await forge({ scope: 'user' })}` },
    body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"headers"}}',
  });
  expect(call.status).toBe(403);
  expect(call.headers.get('www-authenticate')).toMatch(/scope="(user special|special user)"/);
});

test("what the backend sees: a signed identity, never the client's token", async () => {
  const headers = JSON.parse(await callTool(mooring.endpoint('a'), 'headers', {}, good)) as Record<string, string>;
  expect(headers['authorization']).toBeUndefined();
  expect(JSON.stringify(headers)).not.toContain(good);
  expect(decodeJwt(headers['mooring-identity'] ?? '')).toMatchObject({
    iss: 'mooring:gateway',
    aud: 'mooring:server:default/a',
    client_id: 'mooring-cli',
  });
});

test('the log joins the refusal by its id and shows no token', async () => {
  const forged = await forge({ exp: 1 });
  const { error } = (await (await ask(forged)).json()) as { error: { data: { id: string } } };
  expect(mooring.output()).toContain(error.data.id);
  expect(mooring.output()).not.toContain(forged.split('.')[2]);
});
