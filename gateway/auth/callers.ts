import type { AccessToken } from './access-token.ts';
import type { Caller } from './caller.ts';
import { expandScopes } from './scope-hierarchy.ts';

interface Entry {
  readonly caller: Caller;
  /** What `admin` meant when the caller was made. */
  readonly named: readonly string[];
}

/** The caller that a token stands for: one object for each token, until the scopes that servers name change. */
export function callersOf(namedScopes: () => readonly string[]): (token: AccessToken) => Caller {
  const entries = new WeakMap<AccessToken, Entry>();
  return (token) => {
    const named = namedScopes();
    const known = entries.get(token);
    if (known?.named === named) return known.caller;
    const { subject, clientId, scopes, expiresAt } = token;
    const caller = { subject, clientId, scopes: expandScopes(scopes, named), expiresAt };
    entries.set(token, { caller, named });
    return caller;
  };
}
