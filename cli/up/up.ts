import { join, resolve } from 'node:path';
import { createDirectorySource } from '../../crds/sources/directory.ts';
import { formatProblem } from '../../crds/problem.ts';
import { homeFolder, homePaths } from '../../core/home.ts';
import { identityJwks, identitySigner } from '../../core/identity-token.ts';
import { loadKeyFile } from '../../core/keys.ts';
import { openLiveConfig } from '../../core/live-config.ts';
import { createLog, type Log } from '../../core/log.ts';
import { writePrivateFile } from '../../core/private-file.ts';
import { cachedCredentials } from '../../core/remote/cached-credentials.ts';
import { directoryCredentials } from '../../core/remote/directory-credentials.ts';
import { remoteTargets } from '../../core/remote/remote-targets.ts';
import { startProcessGuard } from '../../core/process-guard.ts';
import { StopStack } from '../../core/stop-stack.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';
import { openGatewayDatabase } from '../../gateway/gateway-database.ts';
import { startGateway } from '../../gateway/gateway.ts';
import { openHealth } from '../../gateway/health.ts';
import { startOperator } from '../../operator/main.ts';
import { OPERATOR_KEYS } from '../../operator/operator-keys.ts';
import { withRemoteServers } from '../../operator/remote/with-remote-servers.ts';
import { openLocalPlatform } from '../../operator/local/local-platform.ts';
import type { UpOptions } from '../commands/up.ts';
import { controlApp } from '../control/app.ts';
import type { TokenRequest } from '../control/protocol.ts';
import type { Actor } from '../control/rights.ts';
import { addManifestRoutes } from '../control/manifest-routes.ts';
import { openControl } from '../control/server.ts';
import { manifestFolders } from '../manifest-folders.ts';
import { packageFolder, packageVersion } from '../package-folder.ts';
import { openFolderSide } from '../sync/folder/folder-side.ts';
import { forgetToldPassword, tellAdminPassword } from './admin-password.ts';
import { issueLocalToken } from './local-token.ts';
import { checkPort } from './check-port.ts';
import { openHomeFolder } from './home-folder.ts';
import { openPlatformDatabase } from './platform-database.ts';
import { ensureServerKeks } from './server-keks.ts';
import { tellControlSocket } from './tell-control-socket.ts';
import { untilSignal } from '../until-signal.ts';

/** Runs gateway and operator in this process until it is asked to stop. Throws a Failure where it cannot start. */
export async function up(options: UpOptions): Promise<void> {
  const started = new StopStack();
  try {
    const log = createLog('mooring');
    await start(options, log, started);
    await untilSignal(log);
  } finally {
    await started.stop();
  }
}

async function start(options: UpOptions, log: Log, started: StopStack): Promise<void> {
  const home = homeFolder(options.home);
  const paths = homePaths(home);
  await openHomeFolder(home);
  const control = started.adopt(await openControl(paths.controlSocket, log), async (socket) => socket.close());
  const configFile = options.config ?? paths.config;
  const live = await openLiveConfig(configFile, { isNamed: options.config !== undefined, log });
  const config = started.adopt(live, ({ close }) => close());
  // Fixed until the next start: issued tokens and registered clients name it.
  const publicUrl = config.current.publicUrl ?? `http://localhost:${options.port}`;
  config.onChange((next) => {
    if ((next.publicUrl ?? publicUrl) !== publicUrl)
      log.warn('publicUrl changes at the next start: issued tokens name it');
  });
  // Both ports before all that takes long.
  await checkPort(options.port, options.listen);
  // Metrics need no token, so they stay on loopback whatever --listen says.
  const health = started.adopt(await openHealth({ port: options.port + 1, log }), async (opened) => opened.close());
  const guard = started.adopt(startProcessGuard(), async (shell) => shell.stop());
  const { gatewayUrl } = started.adopt(await openPlatformDatabase(paths, guard, log), async (postgres) =>
    postgres.stop(),
  );
  await ensureServerKeks(paths);
  await tellControlSocket(paths);

  const gatewayKeys = await loadKeyFile(paths.gatewayKeys, GATEWAY_KEYS);
  const operatorKeys = await loadKeyFile(paths.operatorKeys, OPERATOR_KEYS);
  const rings = { 'mooring:gateway': gatewayKeys.identity, 'mooring:operator': operatorKeys.identity };
  const identityKeys = identityJwks(rings);
  await writePrivateFile(paths.identityJwks, JSON.stringify(identityKeys));

  const manifests = manifestFolders(options.manifests);
  const source = started.adopt(
    await createDirectorySource(manifests, {
      onProblem: (problem) => log.warn(`not applied: ${formatProblem(problem)}`),
    }),
    async (directory) => directory.close(),
  );
  // Before the gateway, so that it stops after it: calls under way need their servers to the end.
  const platform = started.adopt(
    openLocalPlatform({
      home,
      guard,
      binFolder: join(packageFolder(), 'bin'),
      publicUrl: () => publicUrl,
      inFlight: (url) => gateway.inFlight(url),
      log,
    }),
    async (processes) => processes.stop(),
  );
  const remote = {
    credentials: cachedCredentials(directoryCredentials(paths)),
    targets: remoteTargets({ allow: () => config.current.remote.allow }),
  };
  const adminPassword = process.env['MOORING_ADMIN_PASSWORD'];
  const database = started.adopt(
    openGatewayDatabase({
      url: gatewayUrl,
      password: adminPassword,
      onNewPassword: async (password) => tellAdminPassword(password, paths),
      log,
    }),
    async (opened) => opened.close(),
  );
  await database.prepare();
  const gateway = started.adopt(
    await startGateway({
      source,
      config,
      publicUrl,
      keys: gatewayKeys,
      identityJwks: () => identityKeys,
      database,
      health,
      remote,
      port: options.port,
      address: options.listen,
      log,
    }),
    async (server) => server.stop(),
  );
  if (adminPassword !== undefined) await forgetToldPassword(paths);
  const identity = await identitySigner('mooring:operator', operatorKeys.identity);
  started.adopt(
    startOperator({
      source,
      platform: withRemoteServers(platform, remote),
      publicUrl: () => publicUrl,
      identity,
      log,
    }),
    async (reconciler) => reconciler.stop(),
  );

  const about = {
    version: packageVersion(),
    pid: process.pid,
    startedAt: new Date().toISOString(),
    publicUrl,
    port: options.port,
    manifests: manifests.map((path) => resolve(path)),
  };
  const { runs, readLog } = platform;
  const issueToken = async (request: TokenRequest, actor: Actor) => issueLocalToken(gateway, request, actor);
  const app = controlApp({ about, source, issueToken, runs, readLog, identityKeys: identityKeys.keys });
  const files = openFolderSide({ label: 'the folder that it follows', paths: about.manifests, namespace: 'default' });
  control.serve(addManifestRoutes(app, files));
  log.info(`Mooring is at ${publicUrl} and follows ${manifests.join(', ')}`);
}
