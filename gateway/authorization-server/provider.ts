import { randomBytes } from 'node:crypto';
import { errors, Provider, type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import type { Kysely } from 'kysely';
import type { KeyRing } from '../../core/keys.ts';
import type { ProtectedResources } from '../protected-resources.ts';
import { ownerClaim } from './access-token.ts';
import { findAccount } from './accounts.ts';
import { createClientStore } from './client-store.ts';
import { commandLineClient } from './command-line-client.ts';
import { EXTRA_METADATA, normalizeClientMetadata } from './client-metadata.ts';
import { TOKEN_EXCHANGE } from './exchange-names.ts';
import type { Failures } from './failures.ts';
import * as lifetimes from './lifetimes.ts';
import { existingGrant, pageClient } from './page-client.ts';
import { PATHS } from './paths.ts';
import { promptPolicy } from './prompt-policy.ts';
import { requestParameters, resourceIndicators, rotateUnlessRefused } from './resource-indicators.ts';
import { createStateAdapter } from './state-adapter.ts';
import type { AuthorizationServerTables } from './tables.ts';
import { EXCHANGE_PARAMETERS } from './token-exchange.ts';

export interface ProviderOptions {
  readonly publicUrl: URL;
  readonly database: Kysely<AuthorizationServerTables>;
  readonly keys: { readonly tokens: KeyRing; readonly cookies: KeyRing };
  readonly resources: ProtectedResources;
  readonly registeredClients: () => number;
  readonly fetch: typeof globalThis.fetch;
  /** Whether the metadata document of this client, which is not in the cache, may be fetched now. */
  readonly mayFetch: (ctx: KoaContextWithOIDC | undefined, clientId: string) => Promise<boolean>;
  readonly failures: Failures;
  /** Answers token exchange; undefined: nobody may ask for it. */
  readonly exchange: ((ctx: KoaContextWithOIDC) => Promise<void>) | undefined;
}

/** oidc-provider as an OAuth 2.1 server for MCP, and nothing more. */
export function createProvider(options: ProviderOptions): Provider {
  const provider = new Provider(options.publicUrl.origin, configuration(options));
  speakAs(provider, options.publicUrl);
  if (options.exchange) provider.registerGrantType(TOKEN_EXCHANGE, options.exchange, EXCHANGE_PARAMETERS);
  return provider;
}

/**
 * Koa makes absolute URLs and the `Secure` of cookies from the connection and the Host header. Both are the public URL's:
 * TLS may end in front of us, and headers can be forged.
 */
function speakAs(provider: Provider, { protocol, host, origin }: URL): void {
  Object.defineProperties(provider.request, {
    protocol: { get: () => protocol.slice(0, -1) },
    host: { get: () => host },
    href: {
      get(this: { path: string; search: string }) {
        return origin + this.path + this.search;
      },
    },
  });
}

function configuration(options: ProviderOptions): Configuration {
  const { publicUrl, database, keys, resources, failures } = options;
  const isHttps = publicUrl.protocol === 'https:';
  return {
    adapter: (kind) =>
      kind === 'Client' ? createClientStore(database, options.registeredClients) : createStateAdapter(database, kind),
    routes: {
      authorization: PATHS.authorization,
      token: PATHS.token,
      registration: PATHS.registration,
      jwks: PATHS.jwks,
      revocation: PATHS.revocation,
    },
    jwks: {
      keys: keys.tokens.map(({ kid, alg, kty = '', crv = '', x = '', y = '', d = '' }) => ({
        kid,
        alg,
        kty,
        crv,
        x,
        y,
        d,
        use: 'sig',
      })),
    },

    responseTypes: ['code'],
    scopes: [],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: ['none'],
    clients: [commandLineClient(options.exchange ? [TOKEN_EXCHANGE] : []), pageClient(publicUrl)],
    clientDefaults: {
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
    },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    extraClientMetadata: {
      properties: [...EXTRA_METADATA],
      validator: (_ctx, _property, _value, metadata) => normalizeClientMetadata(metadata),
    },

    features: {
      clientIdMetadataDocument: {
        enabled: true,
        // The draft that oidc-provider implements; a release that implements another one refuses to start.
        ack: 'draft-02',
        allowFetch: options.mayFetch,
        // Seconds. One fetch in five minutes at most for each client, and a change arrives within a day.
        cacheDuration: { min: 5 * 60, max: 24 * 60 * 60 },
      },
      registration: {
        enabled: true,
        issueRegistrationAccessToken: false,
        // 128 bits, short enough to be shown on the consent page.
        idFactory: () => randomBytes(16).toString('base64url'),
      },
      resourceIndicators: resourceIndicators(resources),
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      devInteractions: { enabled: false },
      // The gateway does not look at the key that such a token is bound to.
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },

    loadExistingGrant: existingGrant(resources),
    extraParams: requestParameters(resources),
    interactions: { policy: promptPolicy(resources), url: (_ctx, { uid }) => `${PATHS.interaction}/${uid}` },
    findAccount: async (_ctx, name) => {
      const account = await findAccount(database, name);
      return account && { accountId: account.name, claims: () => ({ sub: account.name }) };
    },
    extraTokenClaims: (_ctx, { aud }) => {
      const resource = typeof aud === 'string' ? resources.find(aud) : undefined;
      if (!resource) throw new errors.InvalidTarget();
      return ownerClaim(resource);
    },
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: rotateUnlessRefused(resources),
    expiresWithSession: () => false,
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? lifetimes.ACCESS_TOKEN,
      AuthorizationCode: lifetimes.AUTHORIZATION_CODE,
      RefreshToken: lifetimes.REFRESH_TOKEN,
      Grant: lifetimes.GRANT,
      Interaction: lifetimes.INTERACTION,
      Session: isHttps ? lifetimes.SESSION : lifetimes.INTERACTION,
    },

    cookies: {
      keys: keys.cookies.map(({ k = '' }) => k),
      names: cookieNames(isHttps),
      // Only this path reads the session, so on localhost few programs on other ports ever get to see it.
      long: { httpOnly: true, sameSite: 'lax', path: PATHS.authorization },
      short: { httpOnly: true, sameSite: 'lax' },
    },
    fetch: options.fetch,
    fetchResponseBodyLimits: {
      // Bytes; the draft recommends 5 KB (section 6.6). The others are never fetched (client-metadata.ts).
      'client_id metadata document': 5 * 1024,
      jwks_uri: 0,
      sector_identifier_uri: 0,
    },
    renderError: failures.render,
    // Never asked: request-rules.ts answers for every origin.
    clientBasedCORS: () => true,
  };
}

/** RFC 6265bis section 4.1.3: no other machine of the domain, and no plain-http page, can set a cookie of this prefix. */
function cookieNames(isHttps: boolean) {
  const prefix = isHttps ? '__Secure-mooring' : 'mooring';
  return { session: `${prefix}_session`, interaction: `${prefix}_interaction`, resume: `${prefix}_resume` };
}
