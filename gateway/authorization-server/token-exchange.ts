import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { verifyIdentity, type IdentityJwk, type VerifiedIdentity } from '../../core/identity-token.ts';
import type { Log } from '../../core/log.ts';
import { PAGE_CLIENT_ID } from '../../core/page-client.ts';
import { qualifiedName } from '../../crds/mcpserver.ts';
import type { ProtectedResource, ProtectedResources } from '../protected-resources.ts';
import type { TokenRequest } from './access-token.ts';
import type { Account } from './accounts.ts';
import { ACCESS_TOKEN_TYPE, JWT_TYPE } from './exchange-names.ts';
import { EXCHANGED_TOKEN } from './lifetimes.ts';
import { grantableScopes } from './scopes.ts';

/** What is read of a request; others are ignored, as those of other grants are (RFC 6749 section 3.2). */
export const EXCHANGE_PARAMETERS = ['subject_token', 'subject_token_type', 'requested_token_type', 'resource', 'scope'];

/** For whom identities are exchanged: for one server, and for none where nobody says so. */
export interface ExchangeRule {
  /** Qualified name of the server that may act for its callers. */
  readonly server: string;
  /** With which identities are verified: those of this gateway alone. */
  readonly keys: readonly IdentityJwk[];
}

export interface TokenExchangeParts extends ExchangeRule {
  readonly resources: ProtectedResources;
  readonly findAccount: (name: string) => Promise<Account | undefined>;
  readonly sign: (request: TokenRequest) => Promise<string>;
  readonly log: Log;
}

interface Caller extends VerifiedIdentity {
  readonly subject: string;
  readonly clientId: string;
}

/**
 * Token exchange (RFC 8693): from the `Mooring-Identity` of a caller of one server, an access token of that caller for another server. It has no scope
 * that the caller did not come with, and there is no way on from it: its identities are for the other server, and those are not taken.
 */
export function tokenExchange(parts: TokenExchangeParts): (ctx: KoaContextWithOIDC) => Promise<void> {
  return async (ctx) => {
    const { params = {} } = ctx.oidc;
    const caller = await callerOf(params, parts);
    const account = await parts.findAccount(caller.subject);
    if (!account) throw new errors.InvalidRequest('the account of this identity is gone: sign in again');
    const resource = targetOf(params['resource'], parts);
    const had = resource.scopes.filter((scope) => caller.scopes.includes(scope));
    const scopes = scopesOf(params['scope'], grantableScopes(account, had));
    const { subject, clientId } = caller;
    const access_token = await parts.sign({ resource, scopes, subject, clientId, lifetime: EXCHANGED_TOKEN });
    parts.log.info(
      { subject, client: clientId, for: parts.server, at: resource.url, scopes },
      'an identity was exchanged',
    );
    ctx.body = {
      access_token,
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: EXCHANGED_TOKEN,
      scope: scopes.join(' '),
    };
  };
}

/** RFC 8693 section 2.2.2: whatever is wrong with the subject token is `invalid_request`. */
async function callerOf(
  params: Readonly<Record<string, unknown>>,
  { server, keys }: Pick<ExchangeRule, 'server' | 'keys'>,
): Promise<Caller> {
  const { subject_token: token, subject_token_type: type, requested_token_type: wanted = ACCESS_TOKEN_TYPE } = params;
  if (type !== JWT_TYPE) throw new errors.InvalidRequest(`subject_token_type must be ${JWT_TYPE}`);
  if (wanted !== ACCESS_TOKEN_TYPE)
    throw new errors.InvalidRequest(`requested_token_type must be ${ACCESS_TOKEN_TYPE}`);
  const identity = await verifyIdentity(String(token), server, keys).catch(() => undefined);
  if (!identity)
    throw new errors.InvalidRequest('subject_token is no identity that is valid here, or not any more: call again');
  const { subject, clientId } = identity;
  if (subject === undefined || clientId === undefined)
    throw new errors.InvalidRequest('subject_token is of nobody who has signed in');
  // Whoever types something into a page has allowed nothing but that.
  if (clientId === PAGE_CLIENT_ID) throw new errors.InvalidRequest('subject_token is of a page, which acts for nobody');
  return { ...identity, subject, clientId };
}

function targetOf(
  indicator: unknown,
  { resources, server }: Pick<TokenExchangeParts, 'resources' | 'server'>,
): ProtectedResource {
  const resource = typeof indicator === 'string' ? resources.find(indicator) : undefined;
  if (!resource?.server) throw new errors.InvalidTarget('resource must be the URL of an MCP server that is here');
  if (qualifiedName(resource.server) === server)
    throw new errors.InvalidTarget(`${resource.server.metadata.name} does not call itself: call its tools directly`);
  return resource;
}

/** All that may be had, or what is asked for of it. */
function scopesOf(requested: unknown, mayHave: readonly string[]): readonly string[] {
  if (typeof requested !== 'string') return mayHave;
  const asked = [...new Set(requested.split(' ').filter(Boolean))];
  const excess = asked.filter((scope) => !mayHave.includes(scope));
  if (excess.length > 0)
    throw new errors.InvalidScope(
      `of ${requested} you can have there: ${mayHave.join(' ') || 'none'}`,
      excess.join(' '),
    );
  return asked;
}
