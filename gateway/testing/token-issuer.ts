import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT, type JSONWebKeySet } from 'jose';
import { newKey, publicPart, type PrivateKey } from '../../core/keys.ts';

export interface TokenIssuer {
  readonly issuer: string;
  readonly key: PrivateKey;
  readonly keys: JSONWebKeySet;
  /** A good token for this resource, with changed claims and header; `undefined` leaves a claim out. */
  token(resource: string, claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

/** What the authorization server issues, and what it would never issue. */
export async function tokenIssuer(issuer: string): Promise<TokenIssuer> {
  const key = await newKey('ES256');
  return {
    issuer,
    key,
    keys: { keys: [publicPart(key)] },
    token: async (resource, claims = {}, header = {}) => {
      const name = /\/mcp\/([^/]+)\/mcp$/.exec(resource)?.[1];
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: issuer,
        aud: resource,
        sub: 'somebody',
        client_id: 'a-client',
        scope: '',
        iat: now,
        exp: now + 600,
        jti: randomUUID(),
        ...(name !== undefined && { mooring_server: `default/${name}` }),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header })
        .sign(await importJWK(key, 'ES256'));
    },
  };
}
