import { IDENTITY_LIFETIME, type Identity } from '../../core/identity-token.ts';
import type { Caller } from '../auth/caller.ts';

/** Signs for a server, by its qualified name (core/identity-token.ts). */
export type SignIdentity = (server: string, identity: Identity) => Promise<string>;

/** The token where it is at hand, so that most requests do not wait at all. */
export type IdentityTokens = (caller: Caller, server: string) => string | Promise<string>;

interface Entry {
  token: string | Promise<string>;
  /** `Date.now()` from which on another one is made. */
  readonly renewAt: number;
}

/** A token is reused while half its life is left, which is time enough for any request to arrive. */
const REUSE_MS = (IDENTITY_LIFETIME * 1000) / 2;

/**
 * One `Mooring-Identity` per caller and server at a time, because signing costs more than the rest of a request. Entries
 * live as long as the `Caller` itself, which the bounded cache of access tokens keeps, and are at most one per server.
 */
export function identityTokens(sign: SignIdentity): IdentityTokens {
  const byCaller = new WeakMap<Caller, Map<string, Entry>>();
  return (caller, server) => {
    const now = Date.now();
    let byServer = byCaller.get(caller);
    const entry = byServer?.get(server);
    if (entry && now < entry.renewAt) return entry.token;
    if (!byServer) byCaller.set(caller, (byServer = new Map()));
    const fresh = { token: sign(server, identityOf(caller)), renewAt: now + REUSE_MS } satisfies Entry;
    keep(byServer, server, fresh);
    return fresh.token;
  };
}

/** Requests that come meanwhile wait for the same signature; a failed one is forgotten. */
function keep(byServer: Map<string, Entry>, server: string, entry: Entry & { token: Promise<string> }): void {
  byServer.set(server, entry);
  entry.token.then(
    (token) => Object.assign(entry, { token }),
    () => byServer.get(server) === entry && byServer.delete(server),
  );
}

const identityOf = ({ subject, clientId, scopes }: Caller): Identity => ({
  scopes: [...scopes],
  ...(subject !== undefined && { subject }),
  ...(clientId !== undefined && { clientId }),
});
