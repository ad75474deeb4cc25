import { Failure } from '../../core/failure.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import { EXIT } from '../exit-codes.ts';
import { print } from '../output/format.ts';
import { inPlace } from '../places/open-place.ts';
import type { Place, ServerView } from '../places/place.ts';
import { walk, type Examination } from './chain.ts';
import type { ClusterFacts } from './facts/cluster-facts.ts';
import { givenToken } from './facts/given-token.ts';
import { lookedFor, notDiscovered } from './not-discovered.ts';
import { report, type Diagnosis } from './report.ts';
import { openSubject } from './subject.ts';
import type { Wanted } from './wanted.ts';

/** Servers that are looked at together, each with a few requests at a time. */
const AT_ONCE = 8;

/** Looks at one server, or at all of them, and ends with 1 where something is broken. */
export async function doctor(name: string | undefined, options: DoctorOptions): Promise<void> {
  checkUsage(name, options);
  const token = name === undefined ? undefined : await givenToken(options.tokenFile, process.env);
  const wanted = { tool: options.tool, call: options.call, token };
  const diagnosis = await inPlace(options, async (place) => examine(place, { name, options, wanted }));
  await print(options.output, {
    value: diagnosis,
    names: diagnosis.servers.filter(({ ok }) => !ok).map((server) => server.name),
    people: () => report(diagnosis, { whole: name !== undefined }),
  });
  const isWell = diagnosis.servers.every(({ ok }) => ok) && diagnosis.problems.length === 0;
  if (!isWell) process.exitCode = EXIT.failed;
}

function checkUsage(name: string | undefined, { tool, call, tokenFile }: DoctorOptions): void {
  if (name === undefined && (tool !== undefined || tokenFile !== undefined)) {
    throw new Failure('usage', '--tool and --token-file are about one server: give its name.');
  }
  if (call === true && tool === undefined) throw new Failure('usage', '--call calls the tool of --tool: give one.');
}

interface Order {
  readonly name: string | undefined;
  readonly options: DoctorOptions;
  readonly wanted: Wanted;
}

async function examine(place: Place, { name, options, wanted }: Order): Promise<Diagnosis> {
  const { servers, problems } = await place.list();
  const cluster = place.kind === 'cluster' ? await clusterFacts(options) : undefined;
  try {
    const chosen = name === undefined ? servers : servers.filter((server) => lookedFor(name)(server.metadata));
    if (name !== undefined && chosen.length === 0) {
      return { servers: [await notDiscovered({ place, name, servers, problems, cluster })], problems: [] };
    }
    const look = async (server: ServerView): Promise<Examination> =>
      walk(openSubject({ place, server, servers, wanted, cluster }));
    return { servers: await inTurn(inOrder(chosen), look), problems: name === undefined ? problems : [] };
  } finally {
    await cluster?.close();
  }
}

const clusterFacts = async (options: DoctorOptions): Promise<ClusterFacts> =>
  (await import('./facts/cluster-facts.ts')).openClusterFacts(options);

const inOrder = (servers: readonly ServerView[]): readonly ServerView[] =>
  servers.toSorted((a, b) => qualified(a).localeCompare(qualified(b)));

const qualified = ({ metadata }: ServerView): string => `${metadata.namespace}/${metadata.name}`;

/** The results in the order of the entries, some of them made at a time. */
async function inTurn<Entry, Result>(
  entries: readonly Entry[],
  work: (entry: Entry) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...entries.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
