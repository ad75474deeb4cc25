import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { WatchLog } from '../../crds/kubernetes/object-stream.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { Cause } from '../cause.ts';
import { maskCredentials } from '../../core/mask-credentials.ts';
import type { Observation, Platform } from '../platform.ts';
import { buildChildren, CHILD_KINDS } from '../resources/children.ts';
import { createApplier, type Obstacle } from './apply.ts';
import { openChildCache } from './child-cache.ts';
import { isDeployment, type Deployment } from './deployment.ts';
import { fingerprint } from './drift.ts';
import { finishTemplate } from './finish-template.ts';
import { setGates } from './gate.ts';
import { openMountEvents } from './mount-events.ts';
import { observeServer } from './observe.ts';
import { isPodOf } from './ownership.ts';
import { openPodCache } from './pod-cache.ts';
import type { Pod } from './pod.ts';
import { pruneChildren } from './prune.ts';
import { review } from './review.ts';

export interface KubernetesPlatformOptions {
  /** Writes are limited where this is `limitWrites(api)`. */
  readonly api: KubernetesApi;
  /** Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  /** Namespace of Mooring itself. */
  readonly home: string;
  /** Origin of the gateway, as it is now. */
  readonly publicUrl: () => string;
  readonly log: WatchLog;
  /** For tests. */
  readonly times?: Partial<PlatformTimes>;
}

/** ms. */
export interface PlatformTimes {
  /** Until what was refused is tried again: nobody says when a quota was raised or a rule was changed. */
  readonly tryAgain: number;
  /** Until we look again whether the garbage collector has done its work. */
  readonly wait: number;
  /** Until it is said what is waited for. */
  readonly patience: number;
}

/** A person who has repaired something waits no longer than 30 s; what the garbage collector removes is gone in moments. */
const TIMES: PlatformTimes = { tryAgain: 30_000, wait: 500, patience: 10_000 };

export interface KubernetesPlatform extends Platform<readonly KubernetesObject[]> {
  /** Resolves when everything was listed once: before, nothing is to be reconciled. */
  readonly synced: Promise<void>;
  /** ms since the API server was heard of anything that is watched; 0 while every watch is open. */
  lastContact(): number;
  close(): void;
}

/** What was asked for last of one server. */
interface Known {
  readonly server: McpServer;
  readonly wanted: Deployment | undefined;
  readonly fingerprint: string;
  readonly obstacle: Obstacle | undefined;
  /** Since when there is an obstacle of this kind, on the clock of `performance`. */
  readonly since: number;
  /** On the same clock: not to be tried again before. */
  readonly blockedUntil: number;
}

/** The platform of a cluster: servers are Deployments and what belongs to them. */
export function openKubernetesPlatform(options: KubernetesPlatformOptions): KubernetesPlatform {
  const { api, home, publicUrl } = options;
  const times = { ...TIMES, ...options.times };
  const children = openChildCache({ ...options, kinds: CHILD_KINDS });
  const pods = openPodCache(options);
  const mounts = openMountEvents(options);
  const caches = [children, pods, mounts];
  const applier = createApplier(api, children);
  const known = new Map<string, Known>();

  const lookAgain = (obstacle: Obstacle | undefined): Pick<Observation, 'lookAgainMs'> =>
    obstacle ? { lookAgainMs: obstacle.kind === 'waiting' ? times.wait : times.tryAgain } : {};

  /** What there is to say of it by now. */
  function troubleOf({ obstacle, since }: Known): Cause | undefined {
    if (obstacle?.kind === 'troubled') return obstacle.cause;
    return obstacle?.kind === 'waiting' && performance.now() - since > times.patience ? obstacle.cause : undefined;
  }

  /** The live Deployment, where it is the server's own. */
  const deploymentOf = ({ metadata: { uid, namespace } }: McpServer): Deployment | undefined =>
    children
      .of(uid)
      .filter((child) => child.metadata.namespace === namespace)
      .find(isDeployment);

  const podsOf = (server: McpServer): readonly Pod[] =>
    pods.of(server.metadata.uid).filter((pod) => isPodOf(server, pod));

  function observe(uid: string): Observation {
    const asked = known.get(uid);
    const { server, wanted, obstacle } = asked ?? {};
    if (!asked || !server || !wanted) return { instances: [], replicas: 0, ...lookAgain(obstacle) };
    const observation = observeServer({
      server,
      wanted,
      deployment: deploymentOf(server),
      pods: podsOf(server),
      obstacle: troubleOf(asked),
      failedMount: (podUid) => mounts.messageFor(podUid),
      mask: maskCredentials,
      said: (reason) => server.status?.conditions.find((condition) => condition.reason === reason)?.message,
      now: Date.now(),
    });
    return { ...observation, ...lookAgain(obstacle) };
  }

  return {
    exposure:
      'It does not verify Mooring-Identity: only the NetworkPolicy of its pods keeps others than the gateway from calling it, and that works only where the network of the cluster enforces it.',
    review,
    build: (server) => buildChildren(server, { home, publicUrl: publicUrl() }),
    async apply(server, built) {
      const { uid } = server.metadata;
      const wanted = finishTemplate(built, server, { deployment: deploymentOf(server), pods: podsOf(server) });
      const asked = fingerprint(wanted);
      const before = known.get(uid);
      const isBlocked = before?.fingerprint === asked && performance.now() < before.blockedUntil;
      const attempted = isBlocked ? withoutRefused(wanted, before.obstacle) : wanted;
      const met = attempted.length > 0 ? await applier.apply(server, attempted) : undefined;
      const obstacle = met ?? (isBlocked ? before.obstacle : undefined);
      known.set(uid, {
        server,
        wanted: wanted.find(isDeployment),
        fingerprint: asked,
        obstacle,
        since: obstacle && obstacle.kind === before?.obstacle?.kind ? before.since : performance.now(),
        blockedUntil: isBlocked ? before.blockedUntil : blocks(obstacle) ? performance.now() + times.tryAgain : 0,
      });
      return obstacle?.kind === 'refused' ? obstacle.cause : undefined;
    },
    keep(server) {
      const deployment = deploymentOf(server);
      if (!deployment || deployment.spec.replicas === 0) return false;
      // Its pods are of no template that the manifest asks for.
      const wanted: Deployment = { ...deployment, spec: { template: {} } };
      known.set(server.metadata.uid, {
        server,
        wanted,
        fingerprint: '',
        obstacle: undefined,
        since: 0,
        blockedUntil: 0,
      });
      return true;
    },
    async prune(uid, wanted) {
      if (!wanted) known.delete(uid);
      // A pod of the old template that is put out meanwhile comes back only with the account that it names.
      const isArriving = wanted !== undefined && observe(uid).progress !== undefined;
      const spared = isArriving ? ['ServiceAccount'] : [];
      await pruneChildren(uid, wanted ?? [], { api, cache: children, spared });
    },
    forget(uid) {
      known.delete(uid);
      applier.forget(uid);
    },
    observe,
    async admit(uid, answered) {
      const { server } = known.get(uid) ?? {};
      if (server) await setGates(podsOf(server), new Set(answered), { api, cache: pods });
    },
    onChange(listener) {
      const stops = [
        children.onChange(listener),
        pods.onChange(listener),
        mounts.onChange((pod) => {
          const owner = pods.ownerOf(pod);
          if (owner !== undefined) listener(owner);
        }),
      ];
      return () => stops.forEach((stop) => stop());
    },
    synced: Promise.all(caches.map(({ synced }) => synced)).then(() => {}),
    lastContact: () => Math.max(...caches.map((cache) => cache.lastContact())),
    close() {
      for (const cache of caches) cache.close();
    },
  };
}

/** What is kept while one child is refused: pods only after what they need. */
function withoutRefused(
  wanted: readonly KubernetesObject[],
  obstacle: Obstacle | undefined,
): readonly KubernetesObject[] {
  if (obstacle?.kind !== 'troubled') return [];
  return wanted.filter((child) => child.kind !== obstacle.child && !isDeployment(child));
}

/** Whether it would be the same again at once. */
const blocks = (obstacle: Obstacle | undefined): boolean => obstacle !== undefined && obstacle.kind !== 'waiting';
