import { decodeJwt } from 'jose';
import { Failure } from '../../core/failure.ts';
import { IDENTITY_HEADER, verifyIdentity, type IdentityJwk, type VerifiedIdentity } from '../../core/identity-token.ts';
import type { IdentityKeys } from './identity-keys.ts';

/** Verified tokens that are kept: 1,024 callers at a time, of about 1 KB each. */
const KEPT = 1024;

/** Who makes a request, or a `Failure` with status 401. */
export type Identify = (headers: Headers) => Promise<VerifiedIdentity>;

interface Verified {
  readonly identity: VerifiedIdentity;
  /** Seconds since 1970. */
  readonly expiresAt: number;
  /** What it was verified with: it counts as long as these are the keys. */
  readonly keys: readonly IdentityJwk[];
}

/**
 * Lets in only who comes through Mooring: verifies `Mooring-Identity` for this server (`<namespace>/<name>`). A token comes
 * with every request until it ends, so a verified one is remembered until then, or until the keys change: ES256 costs as
 * much as the rest of a small request.
 */
export function requireIdentity(server: string, identityKeys: IdentityKeys): Identify {
  const remembered = new Map<string, Verified>();

  const verify = async (token: string, keys: readonly IdentityJwk[]): Promise<Verified> => {
    const identity = await verifyIdentity(token, server, keys);
    return { identity, keys, expiresAt: decodeJwt(token).exp ?? 0 };
  };

  const verifyWithFreshKeys = async (token: string, keys: readonly IdentityJwk[]): Promise<Verified> => {
    try {
      return await verify(token, keys);
    } catch (error) {
      // A key may sign since a moment ago: look before the next look is due.
      const fresh = await identityKeys.refresh();
      if (fresh === keys) throw error;
      return verify(token, fresh);
    }
  };

  return async (headers) => {
    const token = headers.get(IDENTITY_HEADER);
    if (token === null) throw new Failure('identity_required', REFUSAL, { status: 401 });
    const keys = await identityKeys.current();
    const known = remembered.get(token);
    if (known && known.keys === keys && known.expiresAt > Date.now() / 1000) return known.identity;
    const verified = await verifyWithFreshKeys(token, keys).catch((error: Error) => {
      throw new Failure('invalid_identity', REFUSAL, { status: 401, detail: { reason: error.message } });
    });
    remember(remembered, token, verified);
    return verified.identity;
  };
}

const REFUSAL = 'This server answers only requests that come through its Mooring gateway: call the public endpoint.';

/** Above the bound the oldest goes: a Map keeps its entries in the order in which they came. */
function remember(remembered: Map<string, Verified>, token: string, verified: Verified): void {
  remembered.delete(token);
  remembered.set(token, verified);
  if (remembered.size <= KEPT) return;
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    return;
  }
}
