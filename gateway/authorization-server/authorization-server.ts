import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import type { Kysely } from 'kysely';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { publicPart, type KeyRing } from '../../core/keys.ts';
import type { Log } from '../../core/log.ts';
import type { MooringConfig } from '../../core/mooring-config.ts';
import type { ProtectedResources } from '../protected-resources.ts';
import { signAccessToken, type TokenRequest } from './access-token.ts';
import { findAccount } from './accounts.ts';
import { createAttempts, deleteOldAttempts, peerKey } from './attempts.ts';
import { logEvents } from './event-log.ts';
import { createFailures } from './failures.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { interactionPages } from './interactions.ts';
import { withLastGoodDocuments } from './last-good-documents.ts';
import type { Middleware } from './middleware.ts';
import { redeemPageCode } from './page-client.ts';
import { PATHS } from './paths.ts';
import { createProvider } from './provider.ts';
import * as rules from './request-rules.ts';
import { tellScopes } from './server-metadata.ts';
import { endSessionWithAnswer } from './session-end.ts';
import { createSignIn } from './sign-in.ts';
import { deleteExpiredState, hasGrant } from './state-adapter.ts';
import type { AuthorizationServerTables } from './tables.ts';
import { tokenExchange, type ExchangeRule } from './token-exchange.ts';

/** ES256 keys sign tokens, HS256 keys sign cookies; the newest of each signs, all verify. */
export interface AuthorizationServerKeys {
  readonly tokens: KeyRing;
  readonly cookies: KeyRing;
}

type Limits = Pick<MooringConfig['limits'], 'registrationsPerHour' | 'registeredClients' | 'signInAttempts'>;

export interface AuthorizationServerOptions {
  /** The issuer as it is now: an origin without path. Every absolute URL starts with it. */
  readonly publicUrl: () => string;
  /** Brought up to date with migrations.ts. */
  readonly database: Kysely<AuthorizationServerTables>;
  readonly keys: AuthorizationServerKeys;
  readonly resources: ProtectedResources;
  /** As they are now: an edit of mooring.yaml takes effect with the next request. */
  readonly limits: () => Limits;
  /** Which server may exchange identities of its callers for their tokens; left out: none. */
  readonly exchange?: ExchangeRule | undefined;
  /** For tests only: metadata documents of clients may come from loopback addresses. */
  readonly fetchLoopback: boolean;
  readonly log: Log;
}

export interface AuthorizationServer {
  /** Answers a request to one of its paths (methodsOf). */
  handle(incoming: IncomingMessage, outgoing: ServerResponse): void;
  /** Public keys of the access tokens (RFC 7517), for a verifier in the same process. */
  jwks(): { readonly keys: readonly JWK[] };
  /** An access token that needs no sign-in; who asks for one has to be authorized by the caller. */
  issueToken(request: TokenRequest): Promise<string>;
  /** Who has signed in for a page of a server, told once for each code. */
  redeemPageCode(code: { readonly code: string; readonly verifier: string }): Promise<string | undefined>;
  /** Rotation: the first key of each ring signs from now on. */
  useKeys(keys: AuthorizationServerKeys): void;
  close(): Promise<void>;
}

/** Milliseconds. Nothing expired is ever used; this only keeps the tables small. */
const CLEAN_UP_EVERY = 10 * 60 * 1000;

/**
 * The embedded authorization server (OAuth 2.1, RFC 8414, 7591, 8707, 9068, 9207, and client id metadata documents) for the
 * resources of one gateway. Its state is in the database, so any replica can answer any request.
 */
export async function createAuthorizationServer(options: AuthorizationServerOptions): Promise<AuthorizationServer> {
  const { database, resources, limits, log, exchange } = options;
  const attempts = createAttempts(database);
  const failures = createFailures(log);
  const outgoing = createGuardedFetch({ allowLoopback: options.fetchLoopback });
  const fetch = withLastGoodDocuments(outgoing.fetch);
  const accountOf = async (name: string) => findAccount(database, name);
  const signIn = createSignIn({ database, attempts, maxAttempts: () => limits().signInAttempts });

  /** A new client with a metadata document counts as a registration; one that somebody has consented to is not new. */
  async function mayFetch(ctx: KoaContextWithOIDC | undefined, clientId: string): Promise<boolean> {
    // Without a context it is a page of a sign-in that this client has already started.
    if (!ctx || (await hasGrant(database, clientId))) return true;
    if (ctx.path !== PATHS.authorization) return false;
    const limit = { kind: 'metadata document', seconds: 60 * 60, max: limits().registrationsPerHour };
    return attempts.take(limit, peerKey(ctx.req.socket.remoteAddress));
  }

  async function cleanUp(): Promise<void> {
    await Promise.all([deleteExpiredState(database), deleteOldAttempts(database)]);
  }

  /** oidc-provider takes issuer and keys once; its state is in the database, so a new instance goes on where the old one was. */
  function assemble(issuer: string, keys: AuthorizationServerKeys) {
    const publicUrl = new URL(issuer);
    const sign = async (request: TokenRequest): Promise<string> => signAccessToken(issuer, keys.tokens, request);
    const provider = createProvider({
      publicUrl,
      database,
      keys,
      resources,
      failures,
      mayFetch,
      fetch,
      registeredClients: () => limits().registeredClients,
      exchange: exchange && tokenExchange({ ...exchange, resources, findAccount: accountOf, sign, log }),
    });
    const pipeline: readonly Middleware[] = [
      rules.secureResponses,
      failures.answer,
      rules.allowEveryOrigin,
      rules.onlyKnownRoutes,
      rules.onlyNavigations,
      rules.onPublicHost(publicUrl),
      rules.limitStrangers(attempts, limits),
      rules.ignoreForeignParameters,
      tellScopes(resources),
      ...(publicUrl.protocol === 'http:' ? [endSessionWithAnswer] : []),
      interactionPages({
        provider,
        publicUrl,
        resources,
        signIn,
        failures,
        log,
        findAccount: accountOf,
      }),
    ];
    for (const middleware of pipeline) provider.use(middleware);
    failures.watch(provider);
    logEvents(provider, log);
    return { issuer, keys, provider, sign, answer: provider.callback() };
  }

  const tryToCleanUp = async (): Promise<void> =>
    cleanUp().catch((error: unknown) =>
      log.warn({ err: error }, 'expired sign-in state was not deleted; it is tried again'),
    );
  await tryToCleanUp();
  const cleaning = setInterval(() => void tryToCleanUp(), CLEAN_UP_EVERY).unref();

  let assembled = assemble(options.publicUrl(), options.keys);
  const current = () => {
    const issuer = options.publicUrl();
    if (issuer !== assembled.issuer) assembled = assemble(issuer, assembled.keys);
    return assembled;
  };

  return {
    handle: (incoming, response) => void current().answer(incoming, response),
    jwks: () => ({ keys: assembled.keys.tokens.map(publicPart) }),
    issueToken: async (request) => current().sign(request),
    redeemPageCode: async (code) => redeemPageCode(current().provider, code),
    useKeys: (keys) => {
      assembled = assemble(options.publicUrl(), keys);
    },
    close: async () => {
      clearInterval(cleaning);
      await outgoing.close();
    },
  };
}
