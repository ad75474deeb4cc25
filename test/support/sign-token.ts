import { randomUUID } from 'node:crypto';
import { importJWK, SignJWT } from 'jose';
import type { KeyRing } from '../../core/keys.ts';

/** Seconds from now. */
export interface Times {
  readonly issuedIn?: number;
  readonly expiresIn?: number;
}

interface Wanted extends Times {
  readonly issuer: string;
  readonly audience: string;
  /** `<namespace>/<name>` */
  readonly owner: string;
}

/** A token by the keys of a gateway, with times that it would not give. */
export async function signToken(
  { tokens: [key] }: { readonly tokens: KeyRing },
  { issuer, audience, owner, issuedIn = -60, expiresIn = 600 }: Wanted,
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ scope: 'user', client_id: 'mooring-cli', mooring_server: owner })
    .setProtectedHeader({ alg: key.alg, typ: 'at+jwt', kid: key.kid })
    .setIssuer(issuer)
    .setSubject('admin')
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now + issuedIn)
    .setNotBefore(now + issuedIn)
    .setExpirationTime(now + expiresIn)
    .sign(await importJWK(key, key.alg));
}
