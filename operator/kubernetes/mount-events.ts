import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { KubernetesMeta, KubernetesObject, ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { WatchLog } from '../../crds/kubernetes/object-stream.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import { indexByOwner, type OwnedIndex } from './owned-index.ts';

/** v1.Event, as far as it says why a volume cannot be mounted. */
interface MountEvent {
  readonly metadata: KubernetesMeta;
  readonly pod: string | undefined;
  readonly message: string;
}

export interface MountEvents {
  /** What kubelet said last of the volumes of a pod. */
  messageFor(podUid: string): string | undefined;
  /** Calls back with the uid of a pod. */
  onChange: OwnedIndex<MountEvent>['onChange'];
  readonly synced: Promise<void>;
  lastContact(): number;
  close(): void;
}

export interface MountEventsOptions {
  readonly api: KubernetesApi;
  readonly namespaces?: readonly string[] | undefined;
  readonly log: WatchLog;
}

const EVENTS: ResourceKind = { apiVersion: 'v1', kind: 'Event', plural: 'events' };

/**
 * The API server keeps no watch cache of Events (k8s.io/kubernetes/pkg/registry/core/event), so it sends no bookmarks of them: a watch may be silent
 * until the server ends it, after 319 s at most (object-stream.ts). Connections that are dead are found by TCP.
 */
const SILENCE_MS = 330_000;

/**
 * Follows only Events of volumes that cannot be mounted: the one trouble that a pod itself does not tell. To look whether its Secrets are there would
 * take the right to read all Secrets; this takes the right to read Events.
 */
export function openMountEvents({ api, namespaces, log }: MountEventsOptions): MountEvents {
  const fieldSelector = 'involvedObject.kind=Pod,reason=FailedMount';
  const times = { silence: SILENCE_MS };
  const reflector = startReflector<MountEvent>({ api, kind: EVENTS, namespaces, fieldSelector, trim, log, times });
  const events = indexByOwner([reflector], ({ pod }) => pod);
  return {
    messageFor: (podUid) =>
      // Of a volume, not the sentence that sums up what the pod waits for: that comes minutes later, and says less.
      events
        .of(podUid)
        .map(({ message }) => message)
        .filter((message) => message.startsWith('MountVolume.'))
        .sort()[0],
    onChange: (listener) => events.onChange(listener),
    synced: reflector.synced,
    lastContact: reflector.lastContact,
    close: reflector.close,
  };
}

function trim({ metadata, involvedObject, message }: KubernetesObject): MountEvent {
  const { name, namespace, uid, resourceVersion } = metadata;
  const { uid: pod } = (involvedObject ?? {}) as { readonly uid?: string };
  const text = typeof message === 'string' ? message.slice(0, 1024) : '';
  return { metadata: { name, namespace, uid, resourceVersion }, pod, message: text };
}
