import { isDeepStrictEqual } from 'node:util';
import type { McpServerManifest } from '../../crds/mcpserver.ts';
import { isObject } from '../../crds/path-pattern.ts';
import { formatPath, printable } from '../../crds/problem.ts';
import { idOf, withoutDefaults } from '../../crds/written-manifest.ts';
import { maskCredentials } from '../../core/mask-credentials.ts';
import { isSecretName, looksSecret, looksSecretAlone, secretInUrl } from '../../core/secret-like.ts';

/** A field that differs. Values are for people: short, safe for a terminal, and what looks like a secret is `***`. Absent: the field is not there. */
export interface FieldChange {
  /** `spec.env[LOG_LEVEL].value` */
  readonly path: string;
  readonly from?: string;
  readonly to?: string;
}

type Path = readonly string[];

/** What has to be changed in one manifest to make it the other. */
export function fieldChanges(from: McpServerManifest, to: McpServerManifest): readonly FieldChange[] {
  return [...compare([], partsOf(from), partsOf(to))];
}

/** Defaults that are new on one side would hide what a person wrote. */
const partsOf = ({ metadata: { labels, annotations }, spec }: McpServerManifest) => ({
  metadata: { labels, annotations },
  spec: withoutDefaults(spec),
});

function* compare(path: Path, from: unknown, to: unknown): Generator<FieldChange> {
  if (isDeepStrictEqual(from, to)) return;
  const [old, next] = [membersOf(from), membersOf(to)];
  // Down to the single values also where one side has nothing, so that each is told, and masked, under its own name.
  if ((old ?? next) && (old ?? from === undefined) && (next ?? to === undefined)) {
    const names = new Set([...(old?.keys() ?? []), ...(next?.keys() ?? [])]);
    for (const name of names) yield* compare([...path, name], old?.get(name), next?.get(name));
    if (isReordered(from, to)) yield { path: pathOf(path), from: orderOf(old), to: orderOf(next) };
    return;
  }
  yield {
    path: pathOf(path),
    ...(from !== undefined && { from: shown(path, from) }),
    ...(to !== undefined && { to: shown(path, to) }),
  };
}

/** The fields of an object, or the entries of a list that have names; undefined: there are none. */
function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  if (isObject(value)) return Object.keys(value).length > 0 ? new Map(Object.entries(value)) : undefined;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const named = new Map(value.map((entry: unknown) => [`[${idOf(entry)}]`, entry]));
  return value.every((entry) => idOf(entry) !== undefined) && named.size === value.length ? named : undefined;
}

/** The same names in another order: then there is nothing to tell of the single entries. */
const isReordered = (from: unknown, to: unknown): boolean =>
  Array.isArray(from) &&
  Array.isArray(to) &&
  isDeepStrictEqual(new Set(from.map(idOf)), new Set(to.map(idOf))) &&
  !isDeepStrictEqual(from.map(idOf), to.map(idOf));

const orderOf = (members: ReadonlyMap<string, unknown> | undefined): string =>
  printable([...(members?.keys() ?? [])].join(' '));

/** Names of entries are in brackets already. */
const pathOf = (path: Path): string =>
  path
    .map((step) => (step.startsWith('[') ? printable(step) : formatPath([step])))
    .map((step) => (step.startsWith('[') ? step : `.${step}`))
    .join('')
    .replace(/^\./, '');

function shown(path: Path, value: unknown): string {
  // Often only a name says that a value is a secret: for `spec.env[DB_PASSWORD].value` that of the entry.
  const label = (path.findLast((step) => step !== 'value') ?? '').replaceAll(/[[\]]/g, '');
  return printable(textOf(masked(value, label)));
}

/** With every text in it masked. */
function masked(value: unknown, label: string): unknown {
  if (typeof value === 'string') return maskedText(value, label);
  if (Array.isArray(value)) {
    return isWords(value)
      ? maskCredentials(value.map(maskedWord).join(' '))
      : value.map((entry) => masked(entry, label));
  }
  if (!isObject(value)) return value;
  const name = idOf(value);
  return Object.fromEntries(
    Object.entries(value).map(([field, inner]) => [field, masked(inner, field === 'value' ? (name ?? label) : field)]),
  );
}

function maskedText(text: string, label: string): string {
  // Only names and URLs: digests of images look random as well, and have to be read.
  if ((isSecretName(label) && looksSecret(label, text)) || isSecretUrl(text)) return '***';
  const prefix = `${label}=`;
  const line = maskCredentials(prefix + maskCredentials(text));
  return line.startsWith(prefix) ? line.slice(prefix.length) : '***';
}

/** A word of a command line, whose secret is told by its flag: `--auth=x`, `--auth x`. */
function maskedWord(word: string, index: number, words: readonly string[]): string {
  const [, flag = '', value = ''] = /^(--?[\w-]+)=([^]*)$/.exec(word) ?? [];
  if (flag !== '') return looksSecret(flag, value) || isSecretUrl(value) ? `${flag}=***` : word;
  const before = words[index - 1] ?? '';
  const isValue = /^--?[\w-]+$/.test(before) && !word.startsWith('-');
  return looksSecretAlone(word) || isSecretUrl(word) || (isValue && looksSecret(before, word)) ? '***' : word;
}

const isSecretUrl = (text: string): boolean => URL.canParse(text) && secretInUrl(new URL(text)) !== undefined;

/** As a command line has them: there a secret after its flag is seen to be one. */
const isWords = (value: readonly unknown[]): boolean =>
  value.length > 0 && value.every((entry) => typeof entry === 'string');

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
