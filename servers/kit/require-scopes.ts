import type { Identity } from '../../core/identity-token.ts';
import { ToolFailure } from './tool-failure.ts';

const missingScopes = (scopes: readonly string[] = [], identity: Identity): string[] =>
  scopes.filter((scope) => !identity.scopes.includes(scope));

/** Whether the caller has all of these scopes, which the gateway has expanded by their hierarchy. */
export const hasScopes = (scopes: readonly string[] | undefined, identity: Identity): boolean =>
  missingScopes(scopes, identity).length === 0;

/** The gateway has checked tools already; a second lock for the day when its rules do not name this one. Throws a `ToolFailure`. */
export function requireScopes(scopes: readonly string[] | undefined, identity: Identity): void {
  const missing = missingScopes(scopes, identity);
  if (missing.length === 0) return;
  const who = identity.subject === undefined ? 'Nobody is signed in' : 'The user has not allowed this';
  throw new ToolFailure(`${who}: this needs the scope ${missing.join(' ')}. Ask the user to sign in and allow it.`);
}
