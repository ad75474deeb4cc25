import type { ProtectedResources } from '../protected-resources.ts';
import type { Middleware } from './middleware.ts';

/** Members of RFC 8414 (and RFC 9207, CIMD) that this server means; oidc-provider adds what OpenID Connect needs. */
const MEMBERS: ReadonlySet<string> = new Set([
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'registration_endpoint',
  'revocation_endpoint',
  'jwks_uri',
  'response_types_supported',
  'grant_types_supported',
  'token_endpoint_auth_methods_supported',
  'code_challenge_methods_supported',
  'authorization_response_iss_parameter_supported',
  'client_id_metadata_document_supported',
]);

/** Completes what oidc-provider says about this server and its clients by what changes while it runs: the scopes. */
export const tellScopes =
  (resources: ProtectedResources): Middleware =>
  async (ctx, next) => {
    await next();
    // Only routes of oidc-provider have this context.
    const route = (ctx.oidc as typeof ctx.oidc | undefined)?.route;
    if (route === 'discovery' && ctx.status === 200) {
      ctx.body = {
        ...Object.fromEntries(Object.entries(ctx.body as object).filter(([member]) => MEMBERS.has(member))),
        response_modes_supported: ['query'],
        revocation_endpoint_auth_methods_supported: ['none'],
        scopes_supported: resources.allScopes(),
      };
    }
    if (route === 'registration' && ctx.status === 201) {
      const scope = intersection(ctx.oidc.body?.['scope'], resources.allScopes());
      if (scope) ctx.body = { ...(ctx.body as object), scope };
    }
  };

/** RFC 7591 section 3.2.1: of the scopes that a client registers for, it is told those that exist. */
function intersection(registered: unknown, known: readonly string[]): string {
  if (typeof registered !== 'string') return '';
  const asked = new Set(registered.split(' '));
  return known.filter((scope) => asked.has(scope)).join(' ');
}
