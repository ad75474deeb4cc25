import { openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { createKubernetesSource, type KubernetesSource } from '../../crds/sources/kubernetes.ts';
import { openLiveConfig } from '../../core/live-config.ts';
import { createLog, type Log } from '../../core/log.ts';
import type { LiveConfig } from '../../core/mooring-config.ts';
import { OBJECTS, POD_VARIABLES } from '../../core/pod-paths.ts';
import { cachedCredentials } from '../../core/remote/cached-credentials.ts';
import { kubernetesCredentials } from '../../core/remote/kubernetes-credentials.ts';
import type { RemoteAccess } from '../../core/remote/remote-access.ts';
import { apiServersOfPod, remoteTargets } from '../../core/remote/remote-targets.ts';
import { StopStack } from '../../core/stop-stack.ts';
import { openGatewayDatabase, type GatewayDatabase } from '../../gateway/gateway-database.ts';
import { startGateway, type Gateway } from '../../gateway/gateway.ts';
import { openHealth } from '../../gateway/health.ts';
import { untilSignal } from '../until-signal.ts';
import { openLiveJson } from './live-json.ts';
import { mountedFiles, type MountedFiles } from './mounted-files.ts';
import { patience, type Patience } from './patience.ts';

export interface GatewayCommand {
  readonly config: string;
  readonly watchNamespaces?: readonly string[];
  readonly port: number;
  readonly listen?: string;
  readonly mounts: string;
  readonly exchangeFor?: string;
}

/**
 * Milliseconds from SIGTERM to the end: kubelet gives 40 s (the chart's terminationGracePeriodSeconds), 5 of which are the
 * preStop sleep, and the rest leaves time to close.
 */
const STOP_MS = 25_000;
/**
 * The pod left its Service 5 s ago; what still comes uses a connection from before. A second without a request is some round
 * trips, also to the other side of the world; who keeps sending on new connections has 10 s to learn that others answer too.
 */
const DRAIN = { quietMs: 1000, mostMs: 10_000 };

/** Runs one replica of the gateway of a cluster until it is asked to stop. */
export async function runGateway(options: GatewayCommand): Promise<void> {
  const log = createLog('gateway');
  const stopping = new AbortController();
  const asked = untilSignal(log).then(() => stopping.abort());
  const started = new StopStack();
  try {
    const gateway = await start(options, log, started, stopping.signal);
    await asked;
    const stopAt = performance.now() + STOP_MS;
    await gateway.drain(DRAIN);
    await gateway.stop(stopAt - performance.now());
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    await started.stop();
  }
  log.info('stopped');
}

/** What is not there yet is waited for. Throws a Failure where a port is taken; rejects when it is told to stop. */
async function start(options: GatewayCommand, log: Log, started: StopStack, signal: AbortSignal): Promise<Gateway> {
  const isPod = process.env[POD_VARIABLES.ip] !== undefined;
  const address = options.listen ?? (isPod ? '::' : undefined);
  const health = started.adopt(await openHealth({ port: options.port + 1, address, log }), async (opened) =>
    opened.close(),
  );
  const wait = patience(log, signal, (notReady) => health.tell({ notReady }));
  const files = mountedFiles(options.mounts);

  const config = started.adopt(
    await wait('mooring.yaml', async () => openLiveConfig(options.config, { isNamed: true, log })),
    (live) => live.close(),
  );
  const publicUrl = config.current.publicUrl ?? `http://localhost:${options.port}`;
  config.onChange((next) => {
    if ((next.publicUrl ?? publicUrl) !== publicUrl)
      log.warn('publicUrl changes at the next start: issued tokens name it');
  });
  const api = started.adopt(await wait('a cluster', async () => openKubernetesApi()), async (opened) => opened.close());
  const source = started.adopt(createKubernetesSource({ api, namespaces: options.watchNamespaces, log }), (followed) =>
    followed.close(),
  );
  health.tell({ lastContact: () => source.lastContact() });
  const keys = await wait('the keys', async () => files.keys());
  const identity = started.adopt(
    await wait('the identity keys', async () => openLiveJson(files.identityJwks, log)),
    (live) => live.close(),
  );
  const database = started.adopt(await openDatabase(files, isPod, wait, log), async (opened) => opened.close());
  await wait('the database', async () => database.prepare());
  await wait('the servers of the cluster', async () => unlessStopped(source, signal));

  const gateway = await startGateway({
    source,
    config,
    publicUrl,
    keys,
    identityJwks: () => identity.current(),
    exchangeFor: options.exchangeFor,
    database,
    health,
    remote: remoteAccess(api, config),
    port: options.port,
    address,
    log,
  });
  started.adopt(gateway, async (running) => running.stop());
  log.info({ servers: source.list().length }, `The gateway answers for ${publicUrl}`);
  return gateway;
}

/** Rights are given to our ServiceAccount by the owner of each Secret (core/remote/reading-role.ts). */
const remoteAccess = (api: KubernetesApi, config: LiveConfig): RemoteAccess => ({
  credentials: cachedCredentials(
    kubernetesCredentials({
      api,
      reader: { namespace: process.env[POD_VARIABLES.namespace] ?? 'mooring-system', name: OBJECTS.gateway },
    }),
  ),
  targets: remoteTargets({
    allow: () => config.current.remote.allow,
    apiServers: [new URL(api.server).hostname, ...apiServersOfPod()],
  }),
});

async function openDatabase(files: MountedFiles, isPod: boolean, wait: Patience, log: Log): Promise<GatewayDatabase> {
  // For tests and for a person: the environment of a pod can be read by whoever may read pods.
  const given = isPod ? undefined : process.env['DATABASE_URL'];
  const url = given ?? (await wait('the URL of the database', async () => files.databaseUrl()));
  const password = process.env['MOORING_ADMIN_PASSWORD'];
  const firstPassword =
    password === undefined ? await wait('the first password', async () => files.adminPassword()) : undefined;
  const onNewPassword = async (): Promise<never> => Promise.reject(new Error('there is always a password'));
  return openGatewayDatabase({ url, password, firstPassword, onNewPassword, log });
}

/** Before, every name would be unknown, and a client told 404 believes it. The source says itself what it waits for. */
async function unlessStopped({ synced }: KubernetesSource, signal: AbortSignal): Promise<void> {
  const stopped = Promise.withResolvers<never>();
  const onStop = (): void => stopped.reject(signal.reason as Error);
  signal.addEventListener('abort', onStop);
  try {
    await Promise.race([synced, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', onStop);
  }
}
