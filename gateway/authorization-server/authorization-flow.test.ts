import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registered, tokens } from './testing/oauth-flow.ts';
import { startRig, type Rig } from './testing/rig.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
afterAll(async () => rig?.close());

test('a client registers, a person signs in and consents, the token is for exactly this server', async () => {
  const flow = await registered(rig);
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
  await jwtVerify(token, createLocalJWKSet({ keys: [...rig.authorizationServer.jwks().keys] }), { issuer: rig.issuer });
});
