import { createListeners } from '../sources/listeners.ts';
import { compareResourceVersions } from './resource-version.ts';

/** What is needed of an object to keep it. */
export interface Stored {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly uid?: string | undefined;
    readonly resourceVersion?: string | undefined;
  };
}

export type ChangeListener<Item> = (object: Item, change: 'changed' | 'deleted') => void;

/** Objects by name and by uid. What is older than what is known changes nothing, in whatever order it comes. */
export interface ObjectStore<Item> {
  readonly get: (namespace: string | undefined, name: string) => Item | undefined;
  readonly byUid: (uid: string) => Item | undefined;
  readonly list: () => readonly Item[];
  readonly onChange: (listener: ChangeListener<Item>) => () => void;
  /** `anyway`: even where it is older. */
  readonly put: (object: Item, anyway?: boolean) => void;
  /** The object is gone since this resource version; without one: anyway. */
  readonly remove: (namespace: string | undefined, name: string, version?: string) => void;
}

export function createObjectStore<Item extends Stored>(): ObjectStore<Item> {
  const byName = new Map<string, Item>();
  const byUid = new Map<string, Item>();
  const listeners = createListeners<[object: Item, change: 'changed' | 'deleted']>();
  let list: readonly Item[] | undefined;

  function drop(key: string, object: Item): void {
    byName.delete(key);
    byUid.delete(uidOf(object));
    list = undefined;
    listeners.tell(object, 'deleted');
  }

  return {
    get: (namespace, name) => byName.get(keyOf(namespace, name)),
    byUid: (uid) => byUid.get(uid),
    list: () => (list ??= Object.freeze([...byName.values()])),
    onChange: (listener) => listeners.add(listener),
    put(object, anyway = false) {
      const key = keyOf(object.metadata.namespace, object.metadata.name);
      const known = byName.get(key);
      const age = known ? compareResourceVersions(versionOf(object), versionOf(known)) : 1;
      if (anyway ? age === 0 : age <= 0) return;
      // Deleted and made anew in between.
      if (known && uidOf(known) !== uidOf(object)) drop(key, known);
      byName.set(key, object);
      byUid.set(uidOf(object), object);
      list = undefined;
      listeners.tell(object, 'changed');
    },
    remove(namespace, name, version) {
      const key = keyOf(namespace, name);
      const known = byName.get(key);
      const isOlder = version !== undefined && known && compareResourceVersions(version, versionOf(known)) < 0;
      if (known && !isOlder) drop(key, known);
    },
  };
}

const keyOf = (namespace = '', name: string): string => `${namespace}/${name}`;
const uidOf = ({ metadata }: Stored): string => metadata.uid ?? '';

/** An object without one is older than all. */
const versionOf = ({ metadata }: Stored): string => metadata.resourceVersion ?? '';
