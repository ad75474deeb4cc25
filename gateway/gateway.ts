import type { ServerSource } from '../crds/sources/source.ts';
import { identitySigner } from '../core/identity-token.ts';
import type { KeyFile } from '../core/keys.ts';
import type { Log } from '../core/log.ts';
import { migrate } from '../core/migrate.ts';
import type { LiveConfig } from '../core/mooring-config.ts';
import { openDatabase } from '../core/postgres.ts';
import { createApp } from './app.ts';
import { authentication } from './auth/authenticate.ts';
import { callersOf } from './auth/callers.ts';
import { verifiedTokens } from './auth/verified-tokens.ts';
import { ensureAdminAccount } from './authorization-server/accounts.ts';
import { createAuthorizationServer, type AuthorizationServer } from './authorization-server/authorization-server.ts';
import { authorizationServerMigrations } from './authorization-server/migrations.ts';
import type { AuthorizationServerTables } from './authorization-server/tables.ts';
import { createHealthApp } from './health.ts';
import { listen } from './listen.ts';
import { createMetrics } from './metrics.ts';
import { createProtectedResources, type ProtectedResources } from './protected-resources.ts';
import { createForwarder } from './proxy/forward.ts';
import { sessionSeal } from './proxy/session-seal.ts';
import { createServerIndex } from './server-index.ts';

/** The keys of the gateway, by purpose: `mooring-gateway-keys`. */
export const GATEWAY_KEYS = { tokens: 'ES256', identity: 'ES256', cookies: 'HS256', seal: 'HS256' } as const;

export interface GatewayOptions {
  readonly source: ServerSource;
  readonly config: LiveConfig;
  /** Origin under which clients reach the gateway; fixed, because issued tokens name it. */
  readonly publicUrl: string;
  readonly keys: KeyFile<keyof typeof GATEWAY_KEYS>;
  readonly identityJwks: object;
  readonly databaseUrl: string;
  readonly adminPassword: string | undefined;
  /** Told of a password that was made, once. */
  readonly onNewAdminPassword: (password: string) => Promise<void>;
  /** Health and metrics take the next one. */
  readonly port: number;
  readonly address: string | undefined;
  readonly log: Log;
}

export interface Gateway {
  readonly resources: ProtectedResources;
  readonly issueToken: AuthorizationServer['issueToken'];
  /** Requests under way at a backend, by its URL. */
  readonly inFlight: (backendUrl: string) => number;
  stop(): Promise<void>;
}

/** Milliseconds for requests under way when the gateway stops; streams are cut off after it, and clients open them anew. */
const GRACE_MS = 5000;

/** Connections to the database: signing in is rare, and its queries take milliseconds. */
const CONNECTIONS = 8;

/** Starts the gateway on its two ports. Throws a Failure where a port, the database or the password is not usable. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { source, config, publicUrl, keys, log, port, address } = options;
  const running = new AsyncDisposableStack();
  const limits = () => config.current.limits;

  const database = running.adopt(
    openDatabase<AuthorizationServerTables>(options.databaseUrl, { max: CONNECTIONS, log }),
    async (db) => db.destroy(),
  );
  await migrate(database, authorizationServerMigrations);
  const { adminPassword } = options;
  const { password } = await ensureAdminAccount({
    database,
    ...(adminPassword !== undefined && { password: adminPassword }),
  });
  if (password !== undefined) await options.onNewAdminPassword(password);

  const resources = createProtectedResources(source, () => publicUrl);
  const authorizationServer = running.adopt(
    await createAuthorizationServer({
      publicUrl: () => publicUrl,
      database,
      keys,
      resources,
      limits,
      fetchLoopback: config.current.authorizationServer.fetchLoopback,
      log,
    }),
    async (server) => server.close(),
  );
  const tokenKeys = { keys: [...authorizationServer.jwks().keys] };
  const verify = verifiedTokens({ issuer: () => publicUrl, keys: () => tokenKeys });
  const forwarder = running.adopt(
    createForwarder({
      limits,
      publicUrl: () => publicUrl,
      seal: sessionSeal(keys.seal),
      identity: await identitySigner('mooring:gateway', keys.identity),
      log,
    }),
    async (proxy) => proxy.close(),
  );
  const metrics = createMetrics();
  let names = { ...config.current, publicUrl };
  config.onChange((next) => {
    names = { ...next, publicUrl };
  });

  let isReady = true;
  const app = createApp({
    index: createServerIndex(source),
    resources,
    authenticate: authentication(
      verify,
      callersOf(() => resources.allScopes()),
    ),
    authorizationServer,
    forwarder,
    metrics,
    names: () => names,
    limits,
    identityJwks: options.identityJwks,
    log,
  });
  const health = createHealthApp({ names: () => names, isReady: () => isReady, metrics, log });
  const { requestHeaderBytes: maxHeaderSize, requestSeconds } = limits();
  const listeners = [
    await listen(app, { port, address, maxHeaderSize, requestSeconds }),
    await listen(health, { port: port + 1, address, maxHeaderSize, requestSeconds }),
  ];

  return {
    resources,
    issueToken: async (request) => authorizationServer.issueToken(request),
    inFlight: (url) => forwarder.inFlight(url),
    stop: async () => {
      isReady = false;
      await Promise.all(listeners.map(async (listener) => listener.close(GRACE_MS)));
      await running.disposeAsync();
    },
  };
}
