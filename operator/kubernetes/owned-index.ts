import type { KubernetesMeta } from '../../crds/kubernetes/kubernetes-object.ts';
import type { Reflector } from '../../crds/kubernetes/reflector.ts';

/** What reflectors hold, found by the McpServer that it belongs to: with 1,000 servers, each reconcile looks only at its own. */
export interface OwnedIndex<Item> {
  of(uid: string): readonly Item[];
  /** Of the item with this uid. */
  ownerOf(id: string): string | undefined;
  /** Calls back with the uid of a server when something of it came, changed or went. Returns how to stop. */
  onChange(listener: (uid: string) => void): () => void;
}

export function indexByOwner<Item extends { readonly metadata: KubernetesMeta }>(
  reflectors: readonly Pick<Reflector<Item>, 'onChange'>[],
  ownerOf: (item: Item) => string | undefined,
): OwnedIndex<Item> {
  const items = new Map<string, Map<string, Item>>();
  const owners = new Map<string, string>();
  const listeners = new Set<(uid: string) => void>();

  function remove(id: string): string | undefined {
    const owner = owners.get(id);
    if (owner === undefined) return undefined;
    owners.delete(id);
    const siblings = items.get(owner);
    siblings?.delete(id);
    if (siblings?.size === 0) items.delete(owner);
    return owner;
  }

  function take(item: Item, change: 'changed' | 'deleted'): void {
    const { uid: id = '' } = item.metadata;
    const told = new Set<string | undefined>([remove(id)]);
    const owner = ownerOf(item);
    if (owner !== undefined) {
      told.add(owner);
      if (change === 'changed') {
        owners.set(id, owner);
        items.set(owner, (items.get(owner) ?? new Map<string, Item>()).set(id, item));
      }
    }
    for (const uid of told) if (uid !== undefined) for (const listener of listeners) listener(uid);
  }

  for (const reflector of reflectors) reflector.onChange(take);
  return {
    of: (uid) => [...(items.get(uid)?.values() ?? [])],
    ownerOf: (id) => owners.get(id),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
