import { randomUUID } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { publicPart, type KeyRing, type PrivateKey } from './keys.ts';

/** Header of requests from Mooring to a server. The client's own token never goes there. */
export const IDENTITY_HEADER = 'mooring-identity';
const TYPE = 'mooring-identity+jwt';

/** Seconds. Long enough for a request to arrive, too short to be worth stealing. */
export const IDENTITY_LIFETIME = 60;

/** Servers let `mooring:operator` ask only what they are (initialize, server/discover, ping, lists). */
export type IdentityIssuer = 'mooring:gateway' | 'mooring:operator';

export interface Identity {
  /** Absent for anonymous callers. */
  readonly subject?: string;
  readonly clientId?: string;
  /** Expanded by the scope hierarchy. */
  readonly scopes: readonly string[];
}

export interface VerifiedIdentity extends Identity {
  readonly issuer: IdentityIssuer;
}

/** A public key and who may sign with it: the operator's key must not be able to speak for callers of the gateway. */
export type IdentityJwk = JWK & { readonly kid: string; readonly iss: IdentityIssuer };

export const identityAudience = (qualifiedName: string): string => `mooring:server:${qualifiedName}`;

/** What servers verify with: the public part of every key, bound to its issuer. */
export const identityJwks = (rings: Readonly<Partial<Record<IdentityIssuer, KeyRing>>>): { keys: IdentityJwk[] } => ({
  keys: Object.entries(rings).flatMap(([iss, ring]) =>
    ring.map((key) => ({ ...publicPart(key), kid: key.kid, iss: iss as IdentityIssuer })),
  ),
});

/** Seconds until every pod has an edited ConfigMap: kubelet looks after it every 60 s, with jitter up to 90 (syncFrequency). */
const PROPAGATION = 120;

/** The newest key that has reached every server; of keys that are all new the oldest. */
export const publishedKey = (ring: KeyRing, now: number): PrivateKey =>
  ring.find(({ iat }) => iat <= now - PROPAGATION) ?? ring[ring.length - 1] ?? ring[0];

/** A signer for one issuer: `(qualified name of the server, identity) => compact JWS`. A key of a rotation signs when every server knows it. */
export async function identitySigner(
  issuer: IdentityIssuer,
  ring: KeyRing,
): Promise<(server: string, identity: Identity) => Promise<string>> {
  const imported = ring.map(async (jwk) => [jwk.kid, await importJWK(jwk, jwk.alg)] as const);
  const keys = new Map(await Promise.all(imported));
  return async (server, { subject, clientId, scopes }) => {
    const now = Math.floor(Date.now() / 1000);
    const { kid, alg } = publishedKey(ring, now);
    const key = keys.get(kid);
    if (!key) throw new Error('a key of the ring was not imported');
    const token = new SignJWT({ ...(clientId && { client_id: clientId }), scope: scopes.join(' ') })
      .setProtectedHeader({ alg, kid, typ: TYPE })
      .setIssuer(issuer)
      .setAudience(identityAudience(server))
      .setJti(randomUUID())
      .setIssuedAt(now)
      .setExpirationTime(now + IDENTITY_LIFETIME);
    if (subject !== undefined) token.setSubject(subject);
    return token.sign(key);
  };
}

/** Who calls, or an error of jose (`error.code` says which rule was broken). Clocks may differ by 5 s. */
export async function verifyIdentity(
  token: string,
  server: string,
  keys: readonly IdentityJwk[],
): Promise<VerifiedIdentity> {
  let signer: IdentityIssuer | undefined;
  const { payload } = await jwtVerify(
    token,
    async ({ kid }) => {
      const jwk = keys.find((key) => key.kid === kid);
      if (!jwk) throw new Error('no key with this kid');
      signer = jwk.iss;
      return importJWK(jwk, 'ES256');
    },
    {
      algorithms: ['ES256'],
      typ: TYPE,
      audience: identityAudience(server),
      clockTolerance: 5,
      requiredClaims: ['iss', 'iat', 'exp', 'jti', 'scope'],
    },
  );
  if (!signer || payload.iss !== signer) throw new Error('the key belongs to another issuer');
  return {
    issuer: signer,
    scopes: typeof payload['scope'] === 'string' ? payload['scope'].split(' ').filter(Boolean) : [],
    ...(payload.sub !== undefined && { subject: payload.sub }),
    ...(typeof payload['client_id'] === 'string' && { clientId: payload['client_id'] }),
  };
}
