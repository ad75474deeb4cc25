import { nearestName } from '../../crds/nearest-name.ts';
import { formatProblem, printable, type Problem } from '../../crds/problem.ts';
import { isSignedIn } from '../credentials/access-token.ts';
import type { Place, ServerView } from '../places/place.ts';
import type { Examination } from './chain.ts';
import type { ClusterFacts } from './facts/cluster-facts.ts';
import { manifestsNaming } from './facts/manifests-naming.ts';
import { broken, type Break } from './link.ts';

/** Whether a server is meant by NAME or NAMESPACE/NAME. */
export function lookedFor(wanted: string): (metadata: ServerView['metadata']) => boolean {
  const [name, namespace] = wanted.split('/').reverse();
  return (metadata) => metadata.name === name && (namespace === undefined || metadata.namespace === namespace);
}

interface Search {
  readonly place: Place;
  /** As it was written. */
  readonly name: string;
  readonly servers: readonly ServerView[];
  readonly problems: readonly Problem[];
  readonly cluster: ClusterFacts | undefined;
}

/** ms for the search. */
const SEARCH_MS = 10_000;

/** Why nobody knows a server of this name. */
export async function notDiscovered(search: Search): Promise<Examination> {
  const found = await WHY[search.place.kind](search, AbortSignal.timeout(SEARCH_MS));
  const finding = { link: 'manifest', ...found } as const;
  return { name: search.name, ok: false, links: [{ link: 'manifest', ok: false, detail: found.message }], finding };
}

const WHY: Readonly<Record<Place['kind'], (search: Search, signal: AbortSignal) => Break | Promise<Break>>> = {
  laptop: inNoFolder,
  cluster: inNoNamespace,
  gateway: notAtGateway,
};

async function notAtGateway({ place, ...rest }: Search): Promise<Break> {
  const fix = (await isSignedIn(place.label))
    ? 'Ask its owner.'
    : `Sign in by \`mooring login ${place.label}\`, or ask its owner.`;
  const message = `${place.label} lists no server "${printable(rest.name)}": it is not there, not enabled, or not shown to you.`;
  return nowhere(rest, message, fix);
}

async function inNoFolder({ place, name, servers, problems }: Search): Promise<Break> {
  const { manifests = [] } = (await place.about?.()) ?? {};
  const bare = name.split('/').at(-1) ?? '';
  const { invalid, unfollowed } = await manifestsNaming(bare, { problems, followed: manifests });
  const told = problems.filter(({ file }) => invalid.includes(file));
  if (told.length > 0) {
    const message = `Its manifest is not valid, so there is no such server: ${told.map(formatProblem).join('; ')}.`;
    return broken('NotDiscovered', message, `Correct ${told[0]?.file}; it is read again when it is saved.`);
  }
  const folders = manifests.join(', ') || 'no folder';
  if (unfollowed !== undefined) {
    return broken(
      'NotDiscovered',
      `${unfollowed} describes it, and is in no folder that is followed: ${folders}.`,
      `Move the file there, or start Mooring with --manifests ${unfollowed} as well.`,
    );
  }
  const message = `No manifest in what is followed (${folders}) describes a server "${printable(name)}".`;
  return nowhere(
    { name, servers },
    message,
    `Save its manifest as a .yaml file in ${manifests[0] ?? 'a followed folder'}.`,
  );
}

async function inNoNamespace({ place, name, servers, cluster }: Search, signal: AbortSignal): Promise<Break> {
  const bare = name.split('/').at(-1) ?? '';
  const namespaces = (await cluster?.namespacesOf(bare, signal)) ?? [];
  const [first] = namespaces;
  const here = place.namespace === undefined ? place.label : `namespace ${place.namespace} of ${place.label}`;
  if (first !== undefined) {
    return broken(
      'NotDiscovered',
      `There is no server "${printable(bare)}" in ${here}, but in namespace ${namespaces.join(', ')}.`,
      `\`mooring doctor ${bare} -n ${first}\``,
    );
  }
  const message = `There is no McpServer "${printable(name)}" in ${here}, nor in any other namespace that you may see.`;
  return nowhere(
    { name, servers },
    message,
    'Apply its manifest: `kubectl apply -f FILE`; `mooring list -A` shows what is there.',
  );
}

function nowhere({ name, servers }: Pick<Search, 'name' | 'servers'>, message: string, fix: string): Break {
  const nearest = nearestName(
    name,
    servers.map(({ metadata }) => metadata.name),
  );
  return broken('NotDiscovered', message, nearest === undefined ? fix : `Did you mean ${nearest}? Else: ${fix}`);
}
