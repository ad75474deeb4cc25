import { hash } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Grant, KoaContextWithOIDC } from 'oidc-provider';
import { PAGE_CLIENT_ID } from '../../core/page-client.ts';
import type { ProtectedResources } from '../protected-resources.ts';
import { SIGNED_IN_PATH } from '../public-paths.ts';
import { PATHS } from './paths.ts';
import { grantResource } from './resource-indicators.ts';
import { BASE_SCOPE } from './scopes.ts';

/** The gateway itself, which wants to know who opens a page of a server, and nothing else of them. */
export const pageClient = (publicUrl: URL) => ({
  client_id: PAGE_CLIENT_ID,
  client_name: 'a page of Mooring',
  redirect_uris: [publicUrl.origin + SIGNED_IN_PATH],
  grant_types: ['authorization_code'],
  response_types: ['code' as const],
  token_endpoint_auth_method: 'none' as const,
});

/** Where a browser signs in for a page. `state` and `verifier` (RFC 7636) are of this browser. */
export function pageSignInUrl(
  publicUrl: string,
  { resource, state, verifier }: { readonly resource: string; readonly state: string; readonly verifier: string },
): string {
  const query = new URLSearchParams({
    client_id: PAGE_CLIENT_ID,
    response_type: 'code',
    redirect_uri: publicUrl + SIGNED_IN_PATH,
    resource,
    scope: BASE_SCOPE,
    state,
    code_challenge: hash('sha256', verifier, 'base64url'),
    code_challenge_method: 'S256',
  });
  return `${publicUrl}${PATHS.authorization}?${query.toString()}`;
}

/** `loadExistingGrant` of oidc-provider. Nobody has to allow the gateway to know who they are: it asks for no more. */
export const existingGrant =
  (resources: ProtectedResources) =>
  async (ctx: KoaContextWithOIDC): Promise<Grant | undefined> => {
    const { client, session, result, params, provider } = ctx.oidc;
    const resource = resources.find(String(params?.['resource']));
    if (client?.clientId === PAGE_CLIENT_ID && session?.accountId !== undefined && resource) {
      const grant = new provider.Grant({ accountId: session.accountId, clientId: PAGE_CLIENT_ID });
      grantResource(grant, { resource, granted: [BASE_SCOPE], rejected: [] });
      await grant.save();
      return grant;
    }
    const id = result?.consent?.grantId ?? session?.grantIdFor(client?.clientId ?? '');
    return id === undefined ? undefined : provider.Grant.find(id);
  };

/** Who has signed in for a page, told once. Undefined for a code that is none, is another client's or browser's, was used, or has expired. */
export async function redeemPageCode(
  provider: Provider,
  { code, verifier }: { readonly code: string; readonly verifier: string },
): Promise<string | undefined> {
  const found = await provider.AuthorizationCode.find(code);
  const isGood =
    found?.clientId === PAGE_CLIENT_ID &&
    found.isValid &&
    found.codeChallenge === hash('sha256', verifier, 'base64url');
  if (!found || !isGood) return undefined;
  await found.consume();
  return found.accountId;
}
