/** Who makes a request, as far as the access token says; anonymous without one. */
export interface Caller {
  /** `sub` of the token; absent for anonymous callers. */
  readonly subject?: string;
  /** `client_id` of the token. */
  readonly clientId?: string;
  /** What the token grants, expanded by the hierarchy (scope-hierarchy.ts). */
  readonly scopes: ReadonlySet<string>;
  /** When the token ends, seconds since 1970; Infinity for anonymous callers. */
  readonly expiresAt: number;
}

export const ANONYMOUS: Caller = { scopes: new Set(), expiresAt: Infinity };
