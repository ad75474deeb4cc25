import { deepFreeze } from '../deep-freeze.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import type { KubernetesObject, ResourceKind } from './kubernetes-object.ts';
import { createObjectStore, type ChangeListener, type Stored } from './object-store.ts';
import { startStream, type StreamTimes, type WatchLog } from './object-stream.ts';
import { compareResourceVersions } from './resource-version.ts';

export interface Reflector<Item> {
  readonly get: (namespace: string | undefined, name: string) => Item | undefined;
  readonly byUid: (uid: string) => Item | undefined;
  /** In no particular order; the same array while nothing changes. */
  readonly list: () => readonly Item[];
  /** Told after the change can be read; of a deletion with the last state that was known. Returns how to stop. */
  readonly onChange: (listener: ChangeListener<Item>) => () => void;
  /** Takes the answer to an own write at once, so that what is read next knows of it. Where more is known already, nothing changes. */
  readonly note: (object: KubernetesObject) => void;
  /** Resolves when everything was listed once; waits for ever where that is not possible. */
  readonly synced: Promise<void>;
  /** ms since the API server was heard of what is watched; 0 while every watch is open. */
  readonly lastContact: () => number;
  /** Stops following; what was read stays readable. */
  readonly close: () => void;
}

export interface ReflectorOptions<Item> {
  readonly api: Pick<KubernetesApi, 'request' | 'watch'>;
  readonly kind: ResourceKind;
  /** Default: all of the cluster. Each costs a watch. */
  readonly namespaces?: readonly string[] | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** What to keep of an object; pure. Default: everything but managedFields. */
  readonly trim?: ((object: KubernetesObject) => Item) | undefined;
  readonly log: WatchLog;
  /** For kinds that are told of in another way, and for tests. */
  readonly times?: Partial<StreamTimes> | undefined;
}

/**
 * Keeps a copy of the objects of a kind, as client-go's Reflector and Store do: lists, then watches, and lists again where the server no longer knows
 * what came since. It tries for ever. Objects are frozen.
 */
export function startReflector<Item extends Stored = KubernetesObject>(
  options: ReflectorOptions<Item>,
): Reflector<Item> {
  const { kind, namespaces, trim = (object: KubernetesObject) => object as unknown as Item } = options;
  const store = createObjectStore<Item>();
  const stop = new AbortController();

  function toItem(object: KubernetesObject): Item {
    const { managedFields: _, ...metadata } = object.metadata as KubernetesObject['metadata'] & {
      managedFields?: unknown;
    };
    // Items of a list of a built-in kind do not say what they are.
    return deepFreeze(trim({ ...object, apiVersion: kind.apiVersion, kind: kind.kind, metadata }));
  }

  const streams = (namespaces ?? [undefined]).map((namespace) =>
    startStream({
      ...options,
      namespace,
      signal: stop.signal,
      onObject: (object, anyway) => store.put(toItem(object), anyway),
      onGone: ({ metadata }) => store.remove(metadata.namespace, metadata.name, metadata.resourceVersion ?? ''),
      onListed(names, version) {
        for (const { metadata } of store.list()) {
          const isOurs = namespace === undefined || metadata.namespace === namespace;
          if (isOurs && !names.has(`${metadata.namespace ?? ''}/${metadata.name}`)) {
            store.remove(metadata.namespace, metadata.name, version);
          }
        }
      },
    }),
  );

  return {
    get: store.get,
    byUid: store.byUid,
    list: store.list,
    onChange: store.onChange,
    note(object) {
      const { namespace, resourceVersion = '' } = object.metadata;
      const seen = streams
        .find((stream) => stream.namespace === undefined || stream.namespace === namespace)
        ?.version();
      // The watch is further: if the object is not there, it was deleted.
      if (seen !== undefined && compareResourceVersions(resourceVersion, seen) <= 0) return;
      store.put(toItem(object));
    },
    synced: Promise.all(streams.map(({ listed }) => listed)).then(() => {}),
    lastContact: () => Math.max(0, ...streams.map((stream) => stream.lastContact())),
    close: () => stop.abort(),
  };
}
