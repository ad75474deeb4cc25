import { errors, type Configuration, type Grant, type KoaContextWithOIDC, type RefreshToken } from 'oidc-provider';
import { qualifiedName } from '../../crds/mcpserver.ts';
import { identityAudience } from '../../core/identity-token.ts';
import type { ProtectedResource, ProtectedResources } from '../protected-resources.ts';
import { isForEveryServer } from './command-line-client.ts';
import type { ResourceConsent } from './consent.ts';
import { ACCESS_TOKEN, ACCESS_TOKEN_WITHOUT_REFRESH } from './lifetimes.ts';
import { knownScopes, requestedScopes } from './scopes.ts';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/** RFC 8707: every token is for one resource, and the resource decides what the token can carry. */
export function resourceIndicators(resources: ProtectedResources): ResourceIndicators {
  return {
    enabled: true,
    // A client from before RFC 8707 names none: with one server there is no doubt which one it means.
    defaultResource: (_ctx, _client, oneOf) => oneOf ?? onlyServer(resources)?.url,
    // The token endpoint needs no `resource`: there is one in each grant.
    useGrantedResource: () => true,
    getResourceServerInfo(ctx, indicator, client) {
      const resource = resources.find(indicator);
      if (!resource) throw unknownResource(indicator);
      const { Grant: grant } = ctx.oidc.entities;
      if (grant && !coversOwner(grant, resource)) throw ownerChanged();
      return {
        scope: knownScopes(resources).join(' '),
        audience: resource.url,
        accessTokenFormat: 'jwt',
        accessTokenTTL: client.grantTypeAllowed('refresh_token') ? ACCESS_TOKEN : ACCESS_TOKEN_WITHOUT_REFRESH,
        jwt: { sign: { alg: 'ES256' } },
      };
    },
  };
}

/** `extraParams` of oidc-provider: what an authorization request says about resource and scope, completed. */
export function requestParameters(resources: ProtectedResources) {
  return {
    resource(_ctx: KoaContextWithOIDC, value: unknown): void {
      if (Array.isArray(value)) throw new errors.InvalidTarget('ask for one resource at a time');
      if (typeof value !== 'string') {
        throw new errors.InvalidTarget('add the parameter resource: the URL of the MCP server that the token is for');
      }
    },
    scope(ctx: KoaContextWithOIDC, value: string | undefined): void {
      const { params } = ctx.oidc;
      const resource = resources.find(String(params?.['resource']));
      if (!params || !resource) return;
      const isForAll = isForEveryServer(ctx.oidc.client?.clientId, resource);
      const asked = value || (isForAll ? knownScopes(resources).join(' ') : undefined);
      params['scope'] = requestedScopes(asked, resources, resource).join(' ');
    },
  };
}

/**
 * `rotateRefreshToken`: always. oidc-provider looks at the resource after it has used the token up, and a refusal would then
 * end the grant of a client that only has to ask again when the server is back, so it is refused here already.
 */
export function rotateUnlessRefused(resources: ProtectedResources) {
  return ({ oidc: { params, entities } }: KoaContextWithOIDC): true => {
    const { RefreshToken: token, Grant: grant } = entities;
    const registry = resources.registry();
    const isForAll =
      isForEveryServer(token?.clientId, registry) && token?.resourceIndicators.has(registry.url) === true;
    const wanted = params?.['resource'] ?? (isForAll ? registry.url : token?.resource);
    const indicator = typeof wanted === 'string' ? wanted : '';
    const resource = resources.find(indicator);
    if (!resource) throw unknownResource(indicator);
    if (token && grant && isForAll) pointAt(token, grant, { resource, registry });
    if (!token?.resourceIndicators.has(resource.url)) {
      throw new errors.InvalidTarget('the refresh token is for another resource');
    }
    if (grant && !coversOwner(grant, resource)) throw ownerChanged();
    return true;
  };
}

/**
 * Which servers a consent for all of them covers stands in the grant, once and not in each refresh token. oidc-provider looks
 * into the token, so the one that is wanted now is written there.
 */
function pointAt(
  token: RefreshToken,
  grant: Grant,
  { resource, registry }: { readonly resource: ProtectedResource; readonly registry: ProtectedResource },
): void {
  if (grant.getResourceScope(resource.url) === '') {
    throw new errors.InvalidTarget('the consent does not cover this server: sign in again where it is new');
  }
  token.resource = resource.server ? [registry.url, resource.url] : registry.url;
}

/** Adds to a grant what it is for: the resource, and who owned its name at that time. */
export function grantResource(grant: Grant, { resource, granted, rejected }: ResourceConsent): void {
  grant.addResourceScope(resource.url, [...granted]);
  // Otherwise oidc-provider would ask for the rest again and again.
  if (rejected.length > 0) grant.rejectResourceScope(resource.url, [...rejected]);
  if (resource.server) grant.addResourceScope(owner(resource.server), [...granted]);
}

/** A public name can pass to a server of another namespace; a consent to the former owner is none to the new one. */
export const coversOwner = (grant: Grant, { server }: ProtectedResource): boolean =>
  !server || grant.getResourceScope(owner(server)) !== '';

const owner = (server: NonNullable<ProtectedResource['server']>): string => identityAudience(qualifiedName(server));

function onlyServer(resources: ProtectedResources): ProtectedResource | undefined {
  const [first, ...others] = resources.list().filter(({ server }) => server);
  return others.length === 0 ? first : undefined;
}

const ownerChanged = (): Error =>
  new errors.InvalidGrant('the name of the server has passed to another one since the consent');

const unknownResource = (indicator: string): Error =>
  new errors.InvalidTarget(
    URL.canParse(indicator)
      ? 'there is no such MCP server here (any more): resource must be exactly the URL of one'
      : 'resource must be the URL of an MCP server',
  );
