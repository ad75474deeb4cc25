import { isObject } from '../../crds/path-pattern.ts';
import { formatPath, type FieldPath, type Finding } from '../../crds/problem.ts';
import { judge } from '../../crds/validate.ts';
import type { Note } from './draft.ts';
import { NotCarriedOver } from './not-carried-over.ts';

type Json = Readonly<Record<string, unknown>>;

/** Fields without which the server would be another one, or open to more people: they are right, or there is no server. */
const NEEDED: ReadonlySet<string> = new Set(['image', 'binary', 'args', 'package', 'remote', 'transport', 'oauth']);

/** Each round makes one level right; a manifest has fewer. */
const MAX_ROUNDS = 16;

/**
 * Leaves out of a manifest what a McpServer cannot hold, and says what and why. Throws NotCarriedOver where that is a field that the server
 * cannot do without.
 */
export function fitManifest(written: Json): { manifest: Json; notes: Note[] } {
  let manifest = written;
  const notes: Note[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { findings } = judge(manifest);
    if (findings.length === 0) return { manifest, notes };
    for (const finding of findings.toSorted(fromTheEnd)) {
      const removed = removablePath(manifest, finding);
      // Two findings may be about one entry.
      if (!has(manifest, removed)) continue;
      manifest = without(manifest, removed);
      notes.push({ field: formatPath(removed), message: `${saidOf(finding)}, so it was left out` });
    }
  }
  throw new NotCarriedOver('spec', 'does not become valid whatever is left out');
}

/** So that indexes of lists stay right while entries go. */
const fromTheEnd = (a: Finding, b: Finding): number =>
  b.path.length === 0 || a.path.length === 0 ? 0 : compare(b.path, a.path);

function compare(a: FieldPath, b: FieldPath): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (step === other) continue;
    if (typeof step === 'number' && typeof other === 'number') return step - other;
    return String(step) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

const saidOf = ({ message, hint }: Finding): string => `${message} (${hint})`;

/** What to leave out: the entry of a list, a label, or the whole field of `spec`. */
function removablePath(manifest: Json, finding: Finding): FieldPath {
  const { path } = finding;
  const [root, field, third] = path;
  const refusal = new NotCarriedOver(formatPath(path), saidOf(finding));
  if (root === 'metadata' && (field === 'labels' || field === 'annotations')) return path.slice(0, 3);
  if (root !== 'spec' || typeof field !== 'string' || NEEDED.has(field)) throw refusal;
  const value = (manifest['spec'] as Json)[field];
  if (!Array.isArray(value)) return ['spec', field];
  // A list that is wrong as a whole, as one that is too long, has no entry to blame.
  if (typeof third !== 'number') throw refusal;
  return ['spec', field, third];
}

const has = (value: unknown, [step, ...rest]: FieldPath): boolean =>
  step === undefined ||
  ((isObject(value) || Array.isArray(value)) && step in value && has((value as Json)[step], rest));

function without(value: Json, path: FieldPath): Json {
  return removeAt(value, path) as Json;
}

function removeAt(value: unknown, [step, ...rest]: FieldPath): unknown {
  if (Array.isArray(value)) {
    return rest.length === 0
      ? value.toSpliced(Number(step), 1)
      : value.with(Number(step), removeAt(value[Number(step)], rest));
  }
  const entries = Object.entries(value as Json);
  return Object.fromEntries(
    rest.length === 0
      ? entries.filter(([name]) => name !== step)
      : entries.map(([name, child]) => [name, name === step ? removeAt(child, rest) : child]),
  );
}
