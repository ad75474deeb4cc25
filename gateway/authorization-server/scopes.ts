import type { ProtectedResource, ProtectedResources } from '../protected-resources.ts';

/**
 * In tokens for a resource whose rules name no scope, because oidc-provider issues none without: it says no more than that
 * somebody signed in.
 */
export const BASE_SCOPE = 'mcp';

/** What a request can name: the live union of all scopes. */
export function knownScopes(resources: ProtectedResources): readonly string[] {
  return [...resources.allScopes(), BASE_SCOPE];
}

/** What is meant where a request names nothing. The registry tells what somebody could do at any server: all scopes. */
export function defaultScopes(resources: ProtectedResources, resource: ProtectedResource): readonly string[] {
  const scopes = resource.server ? resource.scopes : resources.allScopes();
  return scopes.length > 0 ? scopes : [BASE_SCOPE];
}

/**
 * The scopes that a request is about. RFC 6749 section 3.3: unknown ones are ignored, which keeps clients alive that ask for
 * scopes of their own (`openid`, `claudeai`); without any that is known it is as if none had been named.
 */
export function requestedScopes(
  requested: string | undefined,
  resources: ProtectedResources,
  resource: ProtectedResource,
): readonly string[] {
  const asked = new Set(requested?.split(' '));
  const wanted = knownScopes(resources).filter((scope) => asked.has(scope));
  return wanted.length > 0 ? wanted : defaultScopes(resources, resource);
}

/** What this account may grant of them: `admin` grants every scope that any server names, others what they have. */
export function grantableScopes(
  account: { readonly scopes: readonly string[] },
  wanted: readonly string[],
): readonly string[] {
  if (account.scopes.includes('admin')) return wanted;
  return wanted.filter((scope) => scope === BASE_SCOPE || account.scopes.includes(scope));
}
