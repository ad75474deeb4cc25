import type { McpServerManifest } from '../../crds/mcpserver.ts';
import { baseOf, type Base, type Remembered, type Sides } from './base.ts';
import { digestOf, isDigestOf, isScaledDigest, type Digest } from './digest.ts';
import { keyOf, type Edit, type Entry } from './side.ts';

export type Direction = 'to place' | 'to folder';

export interface PlanOptions {
  readonly direction: Direction;
  /** Delete what was deleted on the other side. */
  readonly prune: boolean;
  /** The source wins every conflict. */
  readonly force: boolean;
}

/** Why a server is not brought over. */
export type Reason =
  /** Conflicts. */
  | 'target_edited'
  | 'both_edited'
  | 'both_new'
  | 'target_deleted'
  | 'source_deleted_target_edited'
  | 'interrupted'
  | 'held'
  | 'changed_meanwhile'
  /** No conflicts. */
  | 'only_there'
  | 'needs_prune';

export interface Action {
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'create' | 'change' | 'delete' | 'unchanged' | 'conflict' | 'left';
  readonly reason?: Reason | undefined;
  /** For `create`, `change` and `delete`. */
  readonly edit?: Edit | undefined;
  /** What is written over, and with what. */
  readonly is?: McpServerManifest | undefined;
  readonly wanted?: McpServerManifest | undefined;
  /** What both sides agree on: now where it is unchanged, else when it is done; undefined: that it is gone. */
  readonly agreed?: Digest | undefined;
  /** What they agreed on before. */
  readonly base?: Digest | undefined;
  readonly source?: Entry | undefined;
  readonly target?: Entry | undefined;
}

/**
 * What makes the target like the source. A side may be written over only where it still says what both agreed on last: then nobody has written
 * there since, and nothing is lost. Everything else is a conflict. In order of names.
 */
export function plan(
  source: readonly Entry[],
  target: readonly Entry[],
  remembered: ReadonlyMap<string, Remembered>,
  options: PlanOptions,
): readonly Action[] {
  const [sources, targets] = [byKey(source), byKey(target)];
  return [...new Set([...sources.keys(), ...targets.keys(), ...remembered.keys()])]
    .toSorted()
    .map((key) => judge(key, sources.get(key), targets.get(key), remembered.get(key), options));
}

const byKey = (entries: readonly Entry[]): ReadonlyMap<string, Entry> =>
  new Map(entries.map((entry) => [keyOf(entry.manifest.metadata), entry]));

function judge(
  key: string,
  source: Entry | undefined,
  target: Entry | undefined,
  remembered: Remembered | undefined,
  { direction, prune, force }: PlanOptions,
): Action {
  const [namespace = '', name = ''] = key.split('/');
  const [folder, place] = direction === 'to place' ? [source, target] : [target, source];
  const isScaled = folder?.isScaled ?? true;
  const digest = (entry: Entry | undefined): Digest | undefined => entry && digestOf(entry.manifest, isScaled);
  const agreed = digest(source);
  const base = remembered ? baseOf(remembered, { folder, place }) : baseWithoutRecord(direction, { folder, place });
  const known = base === 'unknown' ? undefined : base;
  const wanted = source && wantedManifest(source, target, isScaled);
  const about = { namespace, name, source, target, is: target?.manifest, wanted, base: known };

  if (agreed === digest(target)) return { ...about, kind: 'unchanged', agreed };
  if (source?.hold !== undefined) return { ...about, kind: 'left', reason: 'held' };
  if (target?.hold !== undefined) return { ...about, kind: source ? 'conflict' : 'left', reason: 'held' };

  const since = (entry: Entry | undefined) => isChanged(entry, base, folder !== undefined && isScaled);
  const conflict =
    source && target ? conflictOf(base, since(source), since(target)) : lonelyConflict(source, base, since(target));
  if (conflict && !force) return { ...about, kind: 'conflict', reason: conflict };
  if (!source && base === undefined) return { ...about, kind: 'left', reason: 'only_there' };
  if (!source && !prune) return { ...about, kind: 'left', reason: 'needs_prune' };
  const edit: Edit = {
    namespace,
    name,
    expected: digest(target),
    wanted: wanted && agreed && { manifest: wanted, digest: agreed, text: source?.text },
  };
  const kind = !source ? 'delete' : target ? 'change' : 'create';
  return { ...about, kind, edit, agreed };
}

/**
 * A folder without a record, such as a fresh clone, may write over what sync itself wrote there last. No more than that: what it does not have it may never
 * have had.
 */
const baseWithoutRecord = (direction: Direction, { folder, place }: Sides): Base =>
  direction === 'to place' && folder ? place?.synced : undefined;

/** Where the folder does not say how many replicas there are, each side keeps its number. */
function wantedManifest({ manifest }: Entry, target: Entry | undefined, isScaled: boolean): McpServerManifest {
  if (isScaled || !target) return manifest;
  return { ...manifest, spec: { ...manifest.spec, replicas: target.manifest.spec.replicas } };
}

const DEFAULT_REPLICAS = 1;

/** Whether the entry was edited since `base`. Replicas that count now and did not then count as edited where they are not the default. */
function isChanged(entry: Entry | undefined, base: Base, countsReplicas: boolean): boolean {
  if (base === undefined || base === 'unknown') return true;
  if (!entry || !isDigestOf(base, entry.manifest)) return true;
  return countsReplicas && !isScaledDigest(base) && entry.manifest.spec.replicas !== DEFAULT_REPLICAS;
}

function conflictOf(base: Base, sourceChanged: boolean, targetChanged: boolean): Reason | undefined {
  if (base === 'unknown') return 'interrupted';
  if (base === undefined) return 'both_new';
  if (!targetChanged) return undefined;
  return sourceChanged ? 'both_edited' : 'target_edited';
}

/** Of a server that only one side has. */
function lonelyConflict(source: Entry | undefined, base: Base, targetChanged: boolean): Reason | undefined {
  if (base === undefined) return undefined;
  if (source) return 'target_deleted';
  return targetChanged ? 'source_deleted_target_edited' : undefined;
}
