import { Failure } from '../../core/failure.ts';
import { capability } from '../places/capability.ts';
import type { Place } from '../places/place.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import type { SyncRecord } from './apply-plan.ts';
import type { Remembered } from './base.ts';
import { openFolderSide } from './folder/folder-side.ts';
import { openRecord } from './folder/open-record.ts';
import type { OpenEnds } from './open-ends.ts';
import { plan, type Action, type Direction, type PlanOptions } from './plan.ts';
import { keyOf, type Entry, type PlaceSide, type Side } from './side.ts';

export interface CompareOptions extends Omit<PlanOptions, 'direction'> {
  /** Only servers of these names; all where there are none. */
  readonly names: readonly string[];
  /** As they were given: whether a namespace was. */
  readonly flags: Pick<PlaceOptions, 'namespace'>;
}

/** The two sides and what would have to be done. Writes nothing. */
export interface Comparison {
  readonly actions: readonly Action[];
  readonly target: Side;
  readonly record: SyncRecord;
}

/** Looks at both sides and plans. */
export async function compare({ place, folder, direction }: OpenEnds, options: CompareOptions): Promise<Comparison> {
  const { names, flags } = options;
  const there = capability(place, 'manifests');
  const here = openFolderSide({ label: `the folder ${folder}`, paths: [folder], namespace: there.namespace });
  const record = await openRecord(folder, await there.identity());
  const files = await here.list(undefined);
  if (direction === 'to place' && flags.namespace !== undefined) refuseOthers(files, flags.namespace);

  const namespaces = namespacesOf(place, there, direction, flags, [
    ...files.map(({ manifest }) => manifest.metadata.namespace),
    ...recorded(record),
  ]);
  const isMeant = meant(namespaces, names);
  const [ours, theirs] = [files, await there.list(namespaces)].map((entries) =>
    entries.filter(({ manifest }) => isMeant(keyOf(manifest.metadata))),
  );
  const known = new Map<string, Remembered>([...record.remembered].filter(([key]) => isMeant(key)));
  const [source, target] = direction === 'to place' ? [ours, theirs] : [theirs, ours];
  const actions = plan(source ?? [], target ?? [], known, { ...options, direction });
  for (const name of names) if (!actions.some((action) => isNamed(keyOf(action), name))) throw unknown(name);
  return { actions, target: direction === 'to place' ? there : here, record };
}

/** As `kubectl apply -n`: a manifest that says another namespace than the flag is a mistake of one of the two. */
function refuseOthers(files: readonly Entry[], namespace: string): void {
  const other = files.find(({ manifest }) => manifest.metadata.namespace !== namespace);
  if (!other) return;
  const { metadata } = other.manifest;
  throw new Failure(
    'other_namespace',
    `${other.origin?.file}:${other.origin?.line} says namespace ${metadata.namespace}, not ${namespace}. ` +
      'Without -n every manifest goes to the namespace that it names.',
  );
}

/** Where to look on the place; undefined: everywhere. To a place, wherever the folder has or had servers; from it, as `mooring list` does. */
function namespacesOf(
  place: Place,
  { namespace }: PlaceSide,
  direction: Direction,
  flags: CompareOptions['flags'],
  known: readonly string[],
): ReadonlySet<string> | undefined {
  if (place.kind === 'laptop') return undefined;
  if (direction === 'to place')
    return new Set(flags.namespace === undefined ? [namespace, ...known] : [flags.namespace]);
  return place.namespace === undefined ? undefined : new Set([place.namespace]);
}

const recorded = ({ remembered }: SyncRecord): string[] => [...remembered.keys()].map((key) => key.split('/')[0] ?? '');

const meant =
  (namespaces: ReadonlySet<string> | undefined, names: readonly string[]) =>
  (key: string): boolean =>
    (namespaces?.has(key.split('/')[0] ?? '') ?? true) &&
    (names.length === 0 || names.some((name) => isNamed(key, name)));

const isNamed = (key: string, name: string): boolean => key === name || key.endsWith(`/${name}`);

const unknown = (name: string): Failure =>
  new Failure(
    'unknown_server',
    `There is no server "${name}" on either side. \`mooring diff\` without a name shows all.`,
  );
