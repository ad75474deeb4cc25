import { printable } from '../../../crds/problem.ts';
import { note, type Draft } from '../draft.ts';
import { setArgs, setClientEnv, setFromSecret, variableOf } from '../environment.ts';

/** Flags of `docker run` that take no value. */
const SWITCHES: ReadonlySet<string> = new Set([
  'detach',
  'init',
  'interactive',
  'no-healthcheck',
  'oom-kill-disable',
  'privileged',
  'publish-all',
  'quiet',
  'read-only',
  'rm',
  'sig-proxy',
  'tty',
]);

const SHORT: Readonly<Record<string, string>> = {
  d: 'detach',
  e: 'env',
  i: 'interactive',
  P: 'publish-all',
  p: 'publish',
  q: 'quiet',
  t: 'tty',
  u: 'user',
  v: 'volume',
  w: 'workdir',
};

/** They say how the client runs the container; Mooring runs it in its own way. */
const MEANINGLESS: ReadonlySet<string> = new Set([
  'detach',
  'init',
  'interactive',
  'name',
  'platform',
  'pull',
  'quiet',
  'read-only',
  'rm',
  'sig-proxy',
  'tty',
]);

interface Flag {
  readonly name: string;
  readonly value: string | undefined;
}

/** The container that the words after `docker run` start, as image, binary, args and environment. */
export function setContainer(draft: Draft, words: readonly string[]): void {
  const { flags, rest } = containerFlags(words);
  const [image = '', ...args] = rest;
  draft.spec.image = image;
  setContainerFlags(draft, flags);
  setArgs(draft, args);
}

/** What flags of `docker run` mean for a McpServer; what they cannot mean is noted. */
export function setContainerFlags(draft: Draft, flags: readonly Flag[]): void {
  for (const { name, value = '' } of flags) {
    if (MEANINGLESS.has(name)) continue;
    if (name === 'env') setVariable(draft, value);
    else if (name === 'entrypoint') draft.spec.binary = value;
    else if (name === 'publish') setPort(draft, value);
    else note(draft, `--${printable(name)}`, REASONS[name] ?? 'is a flag of the client’s container and was left out');
  }
}

const MOUNT =
  'mounts a folder of the client, which a server of a platform cannot see: put the files into a volume and name it in `spec.volumes`';

const REASONS: Readonly<Record<string, string>> = {
  volume: MOUNT,
  mount: MOUNT,
  'env-file': 'is a file on the client: put its lines into a Secret and name it in `spec.envFrom`',
  network: 'is the client’s network: servers have that of their pod, which `spec.network` can limit',
  user: 'is not carried over: on a cluster write it into `spec.podTemplate`',
  workdir: 'is not carried over: on a cluster write it into `spec.podTemplate`',
  privileged: 'is never given to a server',
};

/** `--env A=b`, or `--env A`, which passes on the client's own A. */
function setVariable(draft: Draft, text: string): void {
  if (text.includes('=')) setClientEnv(draft, Object.fromEntries([variableOf(text)]));
  else if (!draft.env.has(text)) setFromSecret(draft, text);
}

/** `127.0.0.1:3000:80/tcp` → 80 */
function setPort(draft: Draft, text: string): void {
  const port = Number(text.split(':').at(-1)?.split('/')[0]);
  if (Number.isInteger(port) && port > 0 && port < 65_536) draft.spec.port = port;
  else note(draft, '--publish', 'names no single port and was left out: write `spec.port`');
}

/** The flags in front, and the words behind them. */
export function containerFlags(words: readonly string[]): { flags: Flag[]; rest: string[] } {
  const flags: Flag[] = [];
  const rest = [...words];
  for (let word = rest[0]; word !== undefined && /^-./.test(word); word = rest[0]) {
    rest.shift();
    if (word === '--') break;
    const read = word.startsWith('--') ? longFlag(word) : shortFlags(word);
    flags.push(...read.map((flag) => ({ name: flag.name, value: flag.needsValue ? rest.shift() : flag.value })));
  }
  return { flags, rest };
}

type ReadFlag = Flag & { readonly needsValue: boolean };

function longFlag(word: string): ReadFlag[] {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals === -1 ? undefined : equals);
  const value = equals === -1 ? undefined : word.slice(equals + 1);
  return [{ name, value, needsValue: value === undefined && !SWITCHES.has(name) }];
}

/** `-it`, `-e A=b`, `-eA=b`, `-p8080:80` */
function shortFlags(word: string): ReadFlag[] {
  const flags: ReadFlag[] = [];
  for (let index = 1; index < word.length; index++) {
    const letter = word[index] ?? '';
    const name = SHORT[letter] ?? letter;
    if (SWITCHES.has(name)) {
      flags.push({ name, value: undefined, needsValue: false });
      continue;
    }
    const attached = word.slice(index + 1).replace(/^=/, '');
    return [...flags, { name, value: attached || undefined, needsValue: attached === '' }];
  }
  return flags;
}
