import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { KeyRing } from '../../core/keys.ts';
import { qualifiedName } from '../../crds/mcpserver.ts';
import type { ProtectedResource } from '../protected-resources.ts';
import { BASE_SCOPE } from './scopes.ts';

export interface TokenRequest {
  readonly resource: ProtectedResource;
  readonly scopes: readonly string[];
  readonly subject: string;
  readonly clientId: string;
  /** Seconds. */
  readonly lifetime: number;
}

/** Beside the claims of RFC 9068: who owns the name in `aud` now, so that a later owner can refuse the token. */
export const ownerClaim = ({ server }: ProtectedResource): { mooring_server?: string } =>
  server ? { mooring_server: qualifiedName(server) } : {};

/** An access token (RFC 9068) that was not asked for over OAuth, with the claims of those that were. */
export async function signAccessToken(
  issuer: string,
  [key]: KeyRing,
  { resource, scopes, subject, clientId, lifetime }: TokenRequest,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    ...ownerClaim(resource),
    scope: scopes.join(' ') || BASE_SCOPE,
    client_id: clientId,
  })
    .setProtectedHeader({ alg: key.alg, typ: 'at+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setSubject(subject)
    .setAudience(resource.url)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(await importJWK(key, key.alg));
}
