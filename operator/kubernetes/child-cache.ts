import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { KubernetesObject, ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { WatchLog } from '../../crds/kubernetes/object-stream.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import type { Deployment } from './deployment.ts';
import { indexByOwner, type OwnedIndex } from './owned-index.ts';
import { controllerOf } from './ownership.ts';

/** Everything on the cluster that carries our label, in memory. */
export interface ChildCache extends OwnedIndex<KubernetesObject> {
  /** The object that is there now under the name of this one. */
  current(object: KubernetesObject): KubernetesObject | undefined;
  kindOf(object: KubernetesObject): ResourceKind;
  /** Takes the answer to an own write. */
  note(object: KubernetesObject): void;
  readonly synced: Promise<void>;
  lastContact(): number;
  close(): void;
}

export interface ChildCacheOptions {
  readonly api: KubernetesApi;
  readonly kinds: readonly ResourceKind[];
  readonly namespaces?: readonly string[] | undefined;
  readonly log: WatchLog;
}

const MANAGED = 'app.kubernetes.io/managed-by=mooring';

export function openChildCache({ api, kinds, namespaces, log }: ChildCacheOptions): ChildCache {
  const watched = new Map(
    kinds.map((kind) => [
      kind.kind,
      { kind, reflector: startReflector({ api, kind, namespaces, labelSelector: MANAGED, trim, log }) },
    ]),
  );
  const reflectors = [...watched.values()].map(({ reflector }) => reflector);

  function of({ kind }: KubernetesObject) {
    const found = watched.get(kind);
    if (!found) throw new Error(`${kind} is none of the kinds that are watched`);
    return found;
  }

  return {
    ...indexByOwner(reflectors, (object) => controllerOf(object)?.uid),
    current: (object) => of(object).reflector.get(object.metadata.namespace, object.metadata.name),
    kindOf: (object) => of(object).kind,
    note: (object) => of(object).reflector.note(object),
    synced: Promise.all(reflectors.map(({ synced }) => synced)).then(() => {}),
    lastContact: () => Math.max(0, ...reflectors.map((reflector) => reflector.lastContact())),
    close() {
      for (const reflector of reflectors) reflector.close();
    },
  };
}

/** Of a status, only why a Deployment makes no pods: what controllers count there changes all the time, and is seen at the pods. */
function trim(object: KubernetesObject): KubernetesObject {
  const { status, ...rest } = object;
  if (object.kind !== 'Deployment') return rest;
  const { observedGeneration, conditions } = (status ?? {}) as NonNullable<Deployment['status']>;
  return {
    ...rest,
    status: { observedGeneration, conditions: conditions?.filter(({ type }) => type === 'ReplicaFailure') },
  };
}
