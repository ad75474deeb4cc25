import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../crds/path-pattern.ts';
import { Failure } from '../../core/failure.ts';
import { readJsonc } from '../json/read-jsonc.ts';
import { setProperty } from '../json/set-property.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Merge {
  readonly text: string;
  readonly added: readonly string[];
  /** Led elsewhere before. */
  readonly replaced: readonly string[];
  /** Were there already, whatever else their entry says. */
  readonly unchanged: readonly string[];
}

export interface Addition {
  /** For messages. */
  readonly file: string;
  /** The field that holds servers by name. */
  readonly key: string;
  readonly entries: Readonly<Record<string, Json>>;
  readonly force: boolean;
}

type Invalid = (trouble: string) => Failure;

/**
 * The text of a client's file with `entries` in its field `key`. Comments, formatting and everything else stay. Entries that lead to the same
 * URL already stay as they are; of those that lead elsewhere none is touched without `force`. Throws `invalid_config` and `already_connected`.
 */
export function mergeServers(text: string, { file, key, entries, force }: Addition): Merge {
  const invalid = (trouble: string): Failure => invalidConfig(file, trouble);
  const before = readConfig(text, invalid);
  const there = serversIn(before, key, invalid);
  const names = Object.keys(entries);
  const stateOf = (name: string): keyof Omit<Merge, 'text'> => {
    if (!Object.hasOwn(there, name)) return 'added';
    return urlOf(there[name]) === urlOf(entries[name]) ? 'unchanged' : 'replaced';
  };
  const states = Map.groupBy(names, stateOf);
  const [added = [], replaced = [], unchanged = []] = [
    states.get('added'),
    states.get('replaced'),
    states.get('unchanged'),
  ];
  if (replaced.length > 0 && !force) throw alreadyConnected(file, replaced);

  let merged = text.trim() === '' ? '{}\n' : text;
  for (const name of [...added, ...replaced]) merged = setProperty(merged, [key, name], entries[name]);
  // What the client will read, so that formatting that nobody thought of costs nobody a file.
  const read = readJsonc(merged);
  const wanted = { ...before, [key]: { ...there, ...pick(entries, [...added, ...replaced]) } };
  if ('trouble' in read || !isDeepStrictEqual(read.value, wanted)) {
    throw invalid('cannot be edited safely; perhaps a field is there twice');
  }
  return { text: merged, added, replaced, unchanged };
}

function readConfig(text: string, invalid: Invalid): Json {
  if (text.trim() === '') return {};
  const read = readJsonc(text);
  if ('trouble' in read) throw invalid(read.trouble);
  if (!isObject(read.value)) throw invalid('holds no object');
  return read.value;
}

function serversIn(config: Json, key: string, invalid: Invalid): Json {
  const servers = Object.hasOwn(config, key) ? config[key] : {};
  if (!isObject(servers)) throw invalid(`holds no object in "${key}"`);
  return servers;
}

const pick = (entries: Readonly<Record<string, Json>>, names: readonly string[]): Json =>
  Object.fromEntries(names.map((name) => [name, entries[name]]));

/** Where an entry leads, in whatever way clients say it. */
function urlOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined;
  const { url, httpUrl, serverUrl, args } = entry;
  const said = [httpUrl, url, serverUrl, ...(Array.isArray(args) ? args : [])];
  return said.find((word): word is string => typeof word === 'string' && /^https?:\/\//.test(word));
}

const invalidConfig = (file: string, trouble: string): Failure =>
  new Failure(
    'invalid_config',
    `${file} ${trouble}. It was left as it is: correct it, or add the lines that \`mooring connect\` prints without --write.`,
  );

const alreadyConnected = (file: string, names: readonly string[]): Failure => {
  const [are, lead] = names.length === 1 ? ['is', 'leads'] : ['are', 'lead'];
  return new Failure(
    'already_connected',
    `${names.join(', ')} ${are} in ${file} already and ${lead} elsewhere, so nothing was written. --force puts the new URL in its place.`,
  );
};
