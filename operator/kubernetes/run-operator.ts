import { once } from 'node:events';
import type { Log } from '../../core/log.ts';
import type { LiveConfig } from '../../core/mooring-config.ts';
import { OBJECTS, PORTS } from '../../core/pod-paths.ts';
import { StopStack } from '../../core/stop-stack.ts';
import { openKubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { createKubernetesSource } from '../../crds/sources/kubernetes.ts';
import { startOperator, type Operator } from '../main.ts';
import { openClusterAccess } from '../remote/cluster-access.ts';
import { withRemoteServers } from '../remote/with-remote-servers.ts';
import { openBundledServers } from './bundled-servers.ts';
import { createEvents } from './events.ts';
import { startHealth } from './health.ts';
import { startHousekeeping } from './housekeeping.ts';
import { openIdentityConfigMaps } from './identity-config-maps.ts';
import { openIdentityKeys } from './identity-keys.ts';
import { openKubernetesPlatform } from './kubernetes-platform.ts';
import { holdLease, type Lease, type LeaseTimes } from './lease.ts';
import { ownSecretNames, type OwnSecretsPlan } from './make-secrets.ts';
import { createOperatorMetrics } from './operator-metrics.ts';
import { openOwnSecrets } from './own-secrets.ts';
import { whileLeading } from './while-leading.ts';
import { withIdentity } from './with-identity.ts';
import { withReadableSpecs } from './with-readable-specs.ts';
import { limitWrites } from './write-limit.ts';

export interface RunOperatorOptions extends OwnSecretsPlan {
  /** Who we are among the replicas. */
  readonly identity: string;
  /** Default: all. Our own is always followed too: bundled servers live there. */
  readonly namespaces?: readonly string[] | undefined;
  /** Paths of kubeconfig files. Default: as kubectl, else as a pod. */
  readonly kubeconfig?: string | undefined;
  readonly config: LiveConfig;
  /** Address of our pod; without it health and metrics are for this machine only. */
  readonly podIp: string | undefined;
  readonly healthPort?: number;
  readonly log: Log;
  /** For tests. */
  readonly leaseTimes?: LeaseTimes;
}

export interface RunningOperator {
  readonly healthPort: number;
  isLeader(): boolean;
  /** Ends what is under way, and hands the lease over. */
  stop(): Promise<void>;
}

/** ms after which what we know may be old: a watch that was lost is back within 2 s where there is an API server. */
const STALE = 30_000;

/**
 * Runs the operator against a cluster. Resolves at once, whether the API server is there or not: it is waited for without end,
 * and nothing but `stop` ends it. Every replica follows the cluster; the one that holds the lease acts.
 */
export const runOperator = async (options: RunOperatorOptions): Promise<RunningOperator> =>
  StopStack.guarding(async (started) => {
    const { home, identity, config, podIp, healthPort = PORTS.operatorHealth, kubeconfig, leaseTimes, log } = options;
    const namespaces = options.namespaces && [...new Set([home, ...options.namespaces])];
    const publicUrl = fixedPublicUrl(config, log);
    const metrics = createOperatorMetrics({
      isLeader: () => remaining() > 0,
      depth: () => operator?.depth() ?? 0,
      lastContact: () => lastContact(),
    });
    let lease: Lease | undefined;
    let operator: Operator | undefined;
    const remaining = (): number => lease?.remaining() ?? 0;

    const api = openKubernetesApi({ kubeconfig, onCall: (call) => metrics.onCall(call) });
    started.defer(async () => api.close());
    const remote = started.adopt(
      openClusterAccess({ api, connection: { kubeconfig }, home, config: () => config.current }),
      async (opened) => opened.close(),
    );
    const acting = limitWrites(whileLeading(api, remaining));

    const source = createKubernetesSource({ api: acting, namespaces, log });
    const platform = openKubernetesPlatform({ api: acting, namespaces, home, publicUrl, log });
    const concerns = ownSecretNames(options);
    const secrets = openOwnSecrets({ api: acting, namespace: home, concerns: (name) => concerns.has(name), log });
    const keys = openIdentityKeys(secrets, log);
    const identities = openIdentityConfigMaps({ api: acting, namespaces, jwks: () => keys.jwks(), log });
    const bundled = openBundledServers({ api: acting, home, source, log });
    const caches = [source, platform, secrets, identities, bundled];
    for (const cache of caches) started.defer(() => cache.close());
    const lastContact = (): number => Math.max(...caches.map((cache) => cache.lastContact()));
    let isSynced = false;

    const health = await startHealth({
      port: healthPort,
      podIp,
      metrics: () => metrics.render(),
      whyNotReady() {
        if (!isSynced) return 'Not everything was read from the API server yet. The log says what cannot be watched.';
        const silence = lastContact();
        return silence > STALE
          ? `The API server has not been heard of for ${Math.round(silence / 1000)} s.`
          : undefined;
      },
    });
    started.defer(async () => health.close());

    async function lead(lost: AbortSignal): Promise<void> {
      const term = new StopStack();
      const ended = once(lost, 'abort');
      try {
        const house = term.adopt(
          startHousekeeping({ ...options, secrets, keys, identity: identities, bundled, source }),
          async (housekeeping) => housekeeping.stop(),
        );
        await Promise.race([house.ready, ended]);
        if (lost.aborted) return;
        operator = term.adopt(
          startOperator({
            source,
            platform: withReadableSpecs(withRemoteServers(withIdentity(platform, identities), remote), source),
            publicUrl,
            identity: keys.sign,
            observer: metrics.queue,
            onStatus: createEvents({ api: acting, identity, log }),
            log,
          }),
          async (reconciler) => reconciler.stop(),
        );
        await ended;
      } finally {
        await term.stop();
        operator = undefined;
      }
    }

    const stopping = new AbortController();
    const leading = Promise.all(caches.map(({ synced }) => synced)).then(() => {
      isSynced = true;
      if (stopping.signal.aborted) return;
      log.info({ servers: source.list().length }, 'The cluster is known; waiting for the lease');
      lease = holdLease({
        api,
        namespace: home,
        name: OBJECTS.lease,
        identity,
        log,
        onLead: lead,
        ...(leaseTimes && { times: leaseTimes }),
      });
    });
    started.defer(async () => {
      stopping.abort();
      await lease?.release();
    });
    void leading;

    return {
      healthPort: health.port,
      isLeader: () => remaining() > 0,
      stop: async () => started.stop(),
    };
  });

/** Fixed until the next start: tokens name it, and so do the pods of servers. */
function fixedPublicUrl(config: LiveConfig, log: Log): () => string {
  const publicUrl = config.current.publicUrl ?? `http://localhost:${PORTS.gateway}`;
  config.onChange((next) => {
    if ((next.publicUrl ?? publicUrl) !== publicUrl)
      log.warn('publicUrl changes at the next start: issued tokens name it');
  });
  return () => publicUrl;
}
