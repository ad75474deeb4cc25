import { isObject } from '../../../crds/path-pattern.ts';
import { printable } from '../../../crds/problem.ts';
import { containerFlags, setContainerFlags } from '../command/container-command.ts';
import { note, type Draft } from '../draft.ts';
import { setArgs } from '../environment.ts';
import { textOf } from '../fields.ts';
import { NotCarriedOver } from '../not-carried-over.ts';
import { setRemote } from '../remote.ts';
import { argumentWords, setVariables, templateValue } from './registry-inputs.ts';

type Json = Readonly<Record<string, unknown>>;

/** One way of several in which a `server.json` can be had. */
interface Choice {
  readonly title: string;
  /** Lower is better. */
  readonly rank: number;
  readonly set: (draft: Draft) => void;
}

/** For a platform a remote server needs nothing to run, an image is pinned and whole, and HTTP+SSE is of the past. */
const RANK: ReadonlyMap<string, number> = new Map(
  ['streamable-http', 'oci', 'npm', 'pypi', 'sse'].map((type, rank) => [type, rank]),
);

/** Every choice, the best first; those of kinds that Mooring does not know last. */
export function choicesOf(remotes: readonly Json[], packages: readonly Json[]): Choice[] {
  const all = [
    ...remotes.map((remote) => ({
      // Of the URL the host only: the rest may be secret.
      title: `remote ${typeOf(remote)} ${URL.parse(textOf(remote['url']))?.host ?? ''}`,
      type: typeOf(remote),
      set: (draft: Draft) => setRemoteChoice(draft, remote),
    })),
    ...packages.map(ofToday).map((each) => ({
      title: `${textOf(each['registryType'])} ${textOf(each['identifier'])}`,
      type: textOf(each['registryType']),
      set: (draft: Draft) => setPackageChoice(draft, each),
    })),
  ];
  return all
    .map(({ type, ...choice }) => {
      const rank = RANK.get(type);
      return rank === undefined ? { ...choice, rank: Infinity, set: refuse } : { ...choice, rank };
    })
    .toSorted((a, b) => (a.rank < b.rank ? -1 : Number(a.rank > b.rank)));
}

/** Until 2025-07 a package had a `registryName` and a `name`, and images were of the registry `docker`. */
function ofToday(each: Json): Json {
  const registryType = each['registryType'] ?? each['registryName'];
  const type = registryType === 'docker' ? 'oci' : registryType;
  return { ...each, registryType: type, identifier: each['identifier'] ?? each['name'] };
}

function refuse(): never {
  throw new NotCarriedOver('type', 'is none that Mooring knows: it takes streamable-http, oci, npm, pypi and sse');
}

export const setChoice = (draft: Draft, choice: Choice): void => choice.set(draft);

/** Early versions said `transportType`, and `streamable`. */
function typeOf(remote: Json): string {
  const type = textOf(remote['type'] ?? remote['transportType']);
  return type === 'streamable' || type === 'http' ? 'streamable-http' : type;
}

function setRemoteChoice(draft: Draft, remote: Json): void {
  const url = templateValue(textOf(remote['url']), remote['variables']);
  const headers: Record<string, string | undefined> = {};
  for (const header of listOf(remote['headers'])) {
    const { name, description } = header;
    const value = header['value'] ?? header['default'];
    if (typeof name !== 'string') continue;
    headers[name] = typeof value === 'string' && !value.includes('{') ? value : undefined;
    if (typeof description === 'string')
      note(draft, `headers.${printable(name)}`, description.slice(0, 300), ['spec', 'remote']);
  }
  setRemote(draft, { url, headers, isSse: typeOf(remote) === 'sse' });
}

function setPackageChoice(draft: Draft, each: Json): void {
  setVariables(draft, listOf(each['environmentVariables']));
  setTransport(draft, each);
  const runtime = listOf(each['runtimeArguments']);
  if (each['registryType'] === 'oci') {
    draft.spec.image = imageOf(each);
    setContainerFlags(draft, containerFlags(argumentWords(draft, runtime)).flags);
  } else {
    draft.spec.package = packageOf(each);
    if (runtime.length > 0)
      note(draft, 'runtimeArguments', 'are for the program that fetches the package, and were left out');
  }
  setArgs(draft, argumentWords(draft, listOf(each['packageArguments'])));
}

function packageOf(each: Json): NonNullable<Draft['spec']['package']> {
  const { registryType, identifier, version, registryBaseUrl } = each;
  if (typeof version !== 'string')
    throw new NotCarriedOver('version', 'is missing: a package is taken in one exact version');
  const isPublic =
    registryBaseUrl === undefined || /^https:\/\/(?:registry\.npmjs\.org|pypi\.org)\/?$/.test(textOf(registryBaseUrl));
  if (!isPublic) throw new NotCarriedOver('registryBaseUrl', 'is another registry than the public one');
  return { registry: registryType === 'pypi' ? 'pypi' : 'npm', name: textOf(identifier), version };
}

/** Since 2025-10-11 the identifier is the whole reference; before, host and tag stood beside it. */
function imageOf({ identifier, version, registryBaseUrl }: Json): string {
  const written = textOf(identifier);
  const host = typeof registryBaseUrl === 'string' ? URL.parse(registryBaseUrl)?.host : undefined;
  const hasHost = /^[^/]*[.:][^/]*\/|^localhost\//.test(written);
  const named = host === undefined || host === 'docker.io' || hasHost ? written : `${host}/${written}`;
  const hasTag = /[:@][^/]*$/.test(named);
  return hasTag || typeof version !== 'string' ? named : `${named}:${version}`;
}

function setTransport(draft: Draft, { transport }: Json): void {
  const { type = 'stdio', url } = isObject(transport) ? transport : {};
  if (type === 'stdio') {
    draft.spec.transport = 'stdio';
    return;
  }
  if (type === 'sse') draft.spec.transport = 'sse';
  const at = typeof url === 'string' ? URL.parse(url.replaceAll(/\{[^}]*\}/g, '8080')) : null;
  if (at === null) return;
  if (at.pathname !== '/mcp') draft.spec.path = at.pathname;
  // Where the port is a variable, the server is told it by $PORT or an argument.
  if (typeof url === 'string' && !url.includes('{') && at.port !== '') draft.spec.port = Number(at.port);
}

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
