import type { ContainerState, ContainerStatus, Pod, PodCondition } from '../kubernetes/pod.ts';

export interface PodTraits {
  readonly name?: string;
  readonly revision?: string;
  readonly generation?: number;
  readonly path?: string;
  readonly port?: number;
  readonly ip?: string | undefined;
  readonly ready?: boolean;
  readonly gated?: boolean;
  readonly created?: string;
  readonly deleted?: boolean;
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly container?: Partial<ContainerStatus>;
  readonly init?: ContainerStatus;
  /** Beside Ready, or in its place. */
  readonly conditions?: readonly PodCondition[];
  readonly limits?: Readonly<Record<string, string>>;
}

/** Long past: what began then is settled. */
export const LONG_AGO = '2026-01-01T00:00:00Z';

/** A pod of server `default/notes` as a cache keeps it: it runs, unless told otherwise. */
export function podOf(traits: PodTraits = {}): Pod {
  const { name = 'notes-1', revision = 'r1', generation = 1, path = '/mcp', port = 8080, ip = '10.0.0.7' } = traits;
  const { ready = false, gated = true, created = LONG_AGO, deleted = false, phase = 'Running' } = traits;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      creationTimestamp: created,
      ...(deleted && { deletionTimestamp: LONG_AGO }),
      labels: { 'mooring.dev/server': 'notes' },
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'notes-1', uid: 'rs1', controller: true }],
      annotations: {
        'mooring.dev/revision': revision,
        'mooring.dev/generation': String(generation),
        'mooring.dev/server-uid': 'u1',
        'mooring.dev/path': path,
      },
    },
    spec: {
      containers: [
        {
          name: 'server',
          image: 'example.com/notes:1',
          ports: [{ name: 'mcp', containerPort: port }],
          ...(traits.limits && { resources: { limits: traits.limits } }),
        },
      ],
      ...(gated && { readinessGates: [{ conditionType: 'mooring.dev/verified' }] }),
    },
    status: {
      phase,
      reason: traits.reason,
      message: traits.message,
      podIP: ip,
      conditions: [
        ...(traits.conditions ?? []),
        { type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: LONG_AGO },
      ],
      containerStatuses: [{ ...containerOf({ running: {} }), ...traits.container }],
      ...(traits.init && { initContainerStatuses: [traits.init] }),
    },
  };
}

/** Status of the server's container in this state, with how it ended before. */
export const containerOf = (state: ContainerState, lastState: ContainerState = {}): ContainerStatus => ({
  name: 'server',
  image: 'example.com/notes:1',
  containerID: 'containerd://c1',
  restartCount: 0,
  ready: state.running !== undefined,
  state,
  lastState,
});

/** The condition that opens a pod for traffic, for the container that runs in it. */
export const verified = (name = 'notes-1', container = 'containerd://c1', since = LONG_AGO): PodCondition => ({
  type: 'mooring.dev/verified',
  status: 'True',
  reason: 'AnsweredMcp',
  message: `uid-${name}/${container}`,
  lastTransitionTime: since,
});
