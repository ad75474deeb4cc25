import type { KubernetesMeta, KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { SERVER_CONTAINER } from '../resources/server-container.ts';

/** v1.PodCondition; Deployments have the same. */
export interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly lastTransitionTime?: string | undefined;
}

/** v1.ContainerStateTerminated. */
export interface Terminated {
  readonly exitCode: number;
  readonly signal?: number | undefined;
  readonly reason?: string | undefined;
  /** The termination message; with `FallbackToLogsOnError` the end of the output. */
  readonly message?: string | undefined;
  /** RFC 3339. */
  readonly finishedAt?: string | undefined;
}

/** v1.ContainerState: one of the three. */
export interface ContainerState {
  readonly waiting?: { readonly reason?: string | undefined; readonly message?: string | undefined } | undefined;
  readonly running?: { readonly startedAt?: string | undefined } | undefined;
  readonly terminated?: Terminated | undefined;
}

/** v1.ContainerStatus. */
export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  /** Another one after each start. */
  readonly containerID?: string | undefined;
  readonly restartCount: number;
  readonly ready: boolean;
  readonly state?: ContainerState | undefined;
  readonly lastState?: ContainerState | undefined;
}

export interface Container {
  readonly name: string;
  readonly image?: string | undefined;
  readonly ports?: readonly { readonly name?: string | undefined; readonly containerPort: number }[] | undefined;
  readonly resources?: { readonly limits?: Readonly<Record<string, string>> | undefined } | undefined;
}

/** v1.Pod, as far as Mooring looks at it. */
export interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubernetesMeta;
  readonly spec: {
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[] | undefined;
    readonly readinessGates?: readonly { readonly conditionType: string }[] | undefined;
  };
  readonly status: {
    readonly phase?: string | undefined;
    readonly reason?: string | undefined;
    readonly message?: string | undefined;
    readonly podIP?: string | undefined;
    readonly conditions?: readonly PodCondition[] | undefined;
    readonly containerStatuses?: readonly ContainerStatus[] | undefined;
    readonly initContainerStatuses?: readonly ContainerStatus[] | undefined;
  };
}

/** What a cache keeps of a pod: with thousands of them, volumes and mounts would be most of our memory. */
export function trimPod(object: KubernetesObject): Pod {
  const { apiVersion, kind, metadata } = object;
  const { spec, status } = object as unknown as Partial<Pick<Pod, 'spec' | 'status'>>;
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata;
  const { labels, annotations, ownerReferences } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace,
      uid,
      resourceVersion,
      creationTimestamp,
      deletionTimestamp,
      labels,
      annotations,
      ownerReferences,
    },
    spec: {
      containers: (spec?.containers ?? []).map(trimContainer),
      initContainers: spec?.initContainers?.map(trimContainer),
      readinessGates: spec?.readinessGates,
    },
    status: {
      phase: status?.phase,
      reason: status?.reason,
      message: status?.message,
      podIP: status?.podIP,
      conditions: status?.conditions,
      containerStatuses: status?.containerStatuses,
      initContainerStatuses: status?.initContainerStatuses,
    },
  };
}

const trimContainer = ({ name, image, ports, resources }: Container): Container => ({
  name,
  image,
  ports,
  resources: resources?.limits && { limits: resources.limits },
});

export const podCondition = ({ status }: Pod, type: string): PodCondition | undefined =>
  status.conditions?.find((condition) => condition.type === type);

/** It takes traffic: kubelet says Ready, and nobody has asked it to end. */
export const isReady = (pod: Pod): boolean => !isEnding(pod) && podCondition(pod, 'Ready')?.status === 'True';

/** Asked to end, or ended for good. */
export const isEnding = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || status.phase === 'Failed' || status.phase === 'Succeeded';

export const serverStatus = ({ status }: Pod): ContainerStatus | undefined =>
  status.containerStatuses?.find(({ name }) => name === SERVER_CONTAINER);

/** Of the container that runs now, another one after each start: undefined between two runs. */
export function instanceId(pod: Pod): string | undefined {
  const { containerID, state } = serverStatus(pod) ?? {};
  return state?.running && containerID !== undefined ? `${pod.metadata.uid}/${containerID}` : undefined;
}
