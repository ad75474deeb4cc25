import type { ServerSource } from '../crds/sources/source.ts';
import { identitySigner } from '../core/identity-token.ts';
import type { KeyFile } from '../core/keys.ts';
import type { Log } from '../core/log.ts';
import { migrate } from '../core/migrate.ts';
import type { LiveConfig } from '../core/mooring-config.ts';
import { openDatabase } from '../core/postgres.ts';
import { StopStack } from '../core/stop-stack.ts';
import { createApp } from './app.ts';
import { authentication } from './auth/authenticate.ts';
import { callersOf } from './auth/callers.ts';
import { verifiedTokens } from './auth/verified-tokens.ts';
import { ensureAdminAccount } from './authorization-server/accounts.ts';
import { createAuthorizationServer, type AuthorizationServer } from './authorization-server/authorization-server.ts';
import { authorizationServerMigrations } from './authorization-server/migrations.ts';
import type { AuthorizationServerTables } from './authorization-server/tables.ts';
import type { GATEWAY_KEYS } from './gateway-keys.ts';
import { createHealthApp } from './health.ts';
import { listen, type Listener } from './listen.ts';
import { createMetrics } from './metrics.ts';
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
  readonly identityJwks: object;
  readonly databaseUrl: string;
  readonly adminPassword: string | undefined;
  /** Told of a password that was made, once. The gateway does not start where telling fails, and makes another one next time. */
  readonly onNewAdminPassword: (password: string) => Promise<void>;
  /** Health and metrics take the next one. */
  readonly port: number;
  readonly address: string | undefined;
  /** Of health and metrics, which need no token: without one, loopback only. */
  readonly healthAddress?: string;
  readonly log: Log;
}

export interface Gateway {
  readonly resources: ProtectedResources;
  readonly issueToken: AuthorizationServer['issueToken'];
  /** Requests under way at a backend, by its URL. */
  readonly inFlight: (backendUrl: string) => number;
  stop(): Promise<void>;
}

/** Milliseconds for requests under way when the gateway stops. Streams are cut off at once: they never end, and clients open them anew. */
const GRACE_MS = 5000;

/** Connections to the database: signing in is rare, and its queries take milliseconds. */
const CONNECTIONS = 8;

/** Starts the gateway on its two ports. Throws a Failure where a port, the database or the password is not usable. */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> =>
  StopStack.guarding(async (started) => start(options, started));

async function start(options: GatewayOptions, started: StopStack): Promise<Gateway> {
  const { source, config, publicUrl, keys, log, port, address } = options;
  const limits = () => config.current.limits;

  const database = started.adopt(
    openDatabase<AuthorizationServerTables>(options.databaseUrl, { max: CONNECTIONS, log }),
    async (db) => db.destroy(),
  );
  await migrate(database, authorizationServerMigrations);
  const { adminPassword } = options;
  const { changed } = await ensureAdminAccount({
    database,
    onNewPassword: options.onNewAdminPassword,
    ...(adminPassword !== undefined && { password: adminPassword }),
  });
  if (changed) log.warn('MOORING_ADMIN_PASSWORD replaced the password of admin, and ended its sessions');

  const resources = createProtectedResources(source, () => publicUrl);
  const authorizationServer = started.adopt(
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
  const forwarder = started.adopt(
    createForwarder({
      limits,
      publicUrl: () => publicUrl,
      seal: sessionSeal(keys.seal),
      identity: await identitySigner('mooring:gateway', keys.identity),
      log,
    }),
    async (proxy) => proxy.close(),
  );
  let names = { ...config.current, publicUrl };
  started.defer(
    config.onChange((next) => {
      names = { ...next, publicUrl };
    }),
  );

  let isReady = false;
  const shared = { index: createServerIndex(source), metrics: createMetrics(), names: () => names, log };
  const callerOf = callersOf(() => resources.allScopes());
  const app = createApp({
    ...shared,
    resources,
    authenticate: authentication(verify, callerOf),
    authorizationServer,
    forwarder,
    limits,
    identityJwks: options.identityJwks,
  });
  const health = createHealthApp({ ...shared, isReady: () => isReady });
  const { requestHeaderBytes: maxHeaderSize, requestSeconds } = limits();
  const listenOptions = { ...shared, address, maxHeaderSize, requestSeconds };
  const closing = async (listener: Listener): Promise<void> => listener.close(GRACE_MS);
  started.adopt(await listen(health, { ...listenOptions, address: options.healthAddress, port: port + 1 }), closing);
  started.adopt(await listen(app, { ...listenOptions, port }), closing);
  isReady = true;
  started.defer(() => {
    isReady = false;
    forwarder.endStreams();
  });

  return {
    resources,
    issueToken: async (request) => authorizationServer.issueToken(request),
    inFlight: (url) => forwarder.inFlight(url),
    stop: async () => started.stop(),
  };
}
