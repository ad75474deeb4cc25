import { interactionPolicy, type Client, type KoaContextWithOIDC } from 'oidc-provider';
import { PAGE_CLIENT_ID } from '../../core/page-client.ts';
import type { ProtectedResources } from '../protected-resources.ts';
import { redirectTarget } from './redirect-target.ts';
import { coversOwner } from './resource-indicators.ts';

const { base, Check } = interactionPolicy;

/** When a person is asked: sign-in as oidc-provider has it, and consent unless it was given and may be remembered. */
export function promptPolicy(resources: ProtectedResources): interactionPolicy.DefaultPolicy {
  const policy = base();
  const consent = policy.get('consent');
  if (!consent) throw new Error('oidc-provider has no consent prompt');
  // `consent_not_remembered` is stricter.
  consent.checks.remove('native_client_prompt');
  consent.checks.add(
    new Check('consent_not_remembered', 'this client is asked for consent every time', 'consent_required', (ctx) => {
      const { client, params, result } = ctx.oidc;
      if (
        result?.consent ||
        !client ||
        client.clientId === PAGE_CLIENT_ID ||
        mayRemember(client, String(params?.['redirect_uri']))
      )
        return Check.NO_NEED_TO_PROMPT;
      return Check.REQUEST_PROMPT;
    }),
  );
  consent.checks.add(
    new Check('owner_changed', 'the name of the server has passed to another one', 'consent_required', (ctx) =>
      isForFormerOwner(ctx, resources) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
    ),
  );
  return policy;
}

/**
 * A client is who it says only if its metadata document names the redirect and a certificate proves the host of that.
 * Anybody can claim the id of a client that registered itself, and any local program can listen on loopback or own a scheme.
 */
const mayRemember = (client: Client, redirectUri: string): boolean =>
  isMetadataDocumentClient(client) && redirectTarget(redirectUri)?.kind === 'web';

/** oidc-provider marks clients whose id is the URL of their metadata. */
export const isMetadataDocumentClient = (client: Client): boolean => client['clientIdMetadataDocument'] === true;

function isForFormerOwner({ oidc: { grant, params } }: KoaContextWithOIDC, resources: ProtectedResources): boolean {
  const resource = resources.find(String(params?.['resource']));
  return !!grant && !!resource && grant.getResourceScope(resource.url) !== '' && !coversOwner(grant, resource);
}
