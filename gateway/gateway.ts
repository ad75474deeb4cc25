import { qualifiedName } from '../crds/mcpserver.ts';
import type { ServerSource } from '../crds/sources/source.ts';
import { identityJwks, identitySigner } from '../core/identity-token.ts';
import type { KeyFile } from '../core/keys.ts';
import type { Log } from '../core/log.ts';
import type { LiveConfig } from '../core/mooring-config.ts';
import type { DrainTimes } from '../core/http-drain.ts';
import type { RemoteAccess } from '../core/remote/remote-access.ts';
import { StopStack } from '../core/stop-stack.ts';
import { createApp } from './app.ts';
import { authentication } from './auth/authenticate.ts';
import { callersOf } from './auth/callers.ts';
import { verifiedTokens } from './auth/verified-tokens.ts';
import { createAuthorizationServer, type AuthorizationServer } from './authorization-server/authorization-server.ts';
import type { GatewayDatabase } from './gateway-database.ts';
import type { GATEWAY_KEYS } from './gateway-keys.ts';
import type { Health } from './health.ts';
import { listen } from './listen.ts';
import { askServerForPages } from './pages/ask-server.ts';
import { pageCookies } from './pages/page-cookies.ts';
import { SIGNED_IN_PATH } from './public-paths.ts';
import { createProtectedResources, type ProtectedResources } from './protected-resources.ts';
import { createForwarder } from './proxy/forward.ts';
import { sessionSeal } from './proxy/session-seal.ts';
import { createServerIndex } from './server-index.ts';

export interface GatewayOptions {
  readonly source: ServerSource;
  readonly config: LiveConfig;
  /** Origin under which clients reach the gateway; fixed, because issued tokens name it. */
  readonly publicUrl: string;
  readonly keys: KeyFile<keyof typeof GATEWAY_KEYS>;
  /** Public keys that servers verify `Mooring-Identity` with, as they are now. */
  readonly identityJwks: () => object;
  /** Qualified name of the one server that may exchange identities of its callers for their tokens; left out: none may. */
  readonly exchangeFor?: string | undefined;
  /** Prepared. Closed by who opened it, after the gateway. */
  readonly database: GatewayDatabase;
  /** Likewise. */
  readonly health: Health;
  /** For servers that run elsewhere. */
  readonly remote: RemoteAccess;
  readonly port: number;
  readonly address: string | undefined;
  readonly log: Log;
}

export interface Gateway {
  readonly resources: ProtectedResources;
  readonly issueToken: AuthorizationServer['issueToken'];
  /** Requests under way at a backend, by its URL. */
  readonly inFlight: (backendUrl: string) => number;
  /**
   * For when others go on in our place: not ready from now on, streams are ended, what still comes is served and told to go
   * elsewhere. Resolves when nothing comes any more; then `stop` with the rest of the grace.
   */
  drain(times: DrainTimes): Promise<void>;
  /** Streams are ended at once: their clients open them anew. Requests under way are cut off after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/** Milliseconds for requests under way when a gateway stops that somebody waits for. */
const GRACE_MS = 5000;

/** Starts the gateway on its port. Throws a Failure where that is not usable. */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> =>
  StopStack.guarding(async (started) => start(options, started));

async function start(options: GatewayOptions, started: StopStack): Promise<Gateway> {
  const { source, config, publicUrl, keys, database, health, log, port, address, exchangeFor } = options;
  const limits = () => config.current.limits;

  const resources = createProtectedResources(source, () => publicUrl);
  const authorizationServer = started.adopt(
    await createAuthorizationServer({
      publicUrl: () => publicUrl,
      database: database.tables,
      keys,
      resources,
      limits,
      exchange:
        exchangeFor === undefined
          ? undefined
          : { server: exchangeFor, keys: identityJwks({ 'mooring:gateway': keys.identity }).keys },
      fetchLoopback: config.current.authorizationServer.fetchLoopback,
      log,
    }),
    async (server) => server.close(),
  );
  const tokenKeys = { keys: [...authorizationServer.jwks().keys] };
  const verify = verifiedTokens({ issuer: () => publicUrl, keys: () => tokenKeys });
  const identity = await identitySigner('mooring:gateway', keys.identity);
  const forwarder = started.adopt(
    createForwarder({
      limits,
      publicUrl: () => publicUrl,
      seal: sessionSeal(keys.seal),
      identity,
      remote: options.remote,
      log,
    }),
    async (proxy) => proxy.close(),
  );
  const index = createServerIndex(source);
  let names = { ...config.current, publicUrl };
  const tellHealth = (): void => health.tell({ names, servers: () => index.list().map(qualifiedName) });
  tellHealth();
  started.defer(
    config.onChange((next) => {
      names = { ...next, publicUrl };
      tellHealth();
    }),
  );

  const shared = { index, metrics: health.metrics, names: () => names, log };
  const callerOf = callersOf(() => resources.allScopes());
  const app = createApp({
    ...shared,
    resources,
    authenticate: authentication(verify, callerOf),
    authorizationServer,
    forwarder,
    pages: {
      cookies: pageCookies(keys.cookies, { publicUrl, signedInPath: SIGNED_IN_PATH }),
      servers: askServerForPages(identity),
      redeem: async (code) => authorizationServer.redeemPageCode(code),
    },
    limits,
    identityJwks: options.identityJwks,
  });
  const { requestHeaderBytes: maxHeaderSize, requestSeconds } = limits();
  let grace = GRACE_MS;
  const listener = started.adopt(
    await listen(app, { ...shared, address, port, maxHeaderSize, requestSeconds }),
    async (listening) => listening.close(grace),
  );
  health.tell({ notReady: undefined });
  const leave = (): void => {
    health.tell({ notReady: 'stopping' });
    forwarder.endStreams();
  };
  started.defer(leave);

  return {
    resources,
    issueToken: async (request) => authorizationServer.issueToken(request),
    inFlight: (url) => forwarder.inFlight(url),
    drain: async (times) => {
      leave();
      await listener.untilQuiet(times);
    },
    stop: async (graceMs = GRACE_MS) => {
      grace = graceMs;
      await started.stop();
    },
  };
}
