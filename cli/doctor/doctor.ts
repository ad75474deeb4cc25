import { Failure } from '../../core/failure.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import { EXIT } from '../exit-codes.ts';
import { print } from '../output/format.ts';
import { inPlace } from '../places/open-place.ts';
import type { Place, ServerView } from '../places/place.ts';
import type { Cause } from './causes.ts';
import { walk, type Examination } from './chain.ts';
import type { ClusterFacts } from './facts/cluster-facts.ts';
import { givenToken } from './facts/given-token.ts';
import { lookedFor, notDiscovered } from './not-discovered.ts';
import { report, type Diagnosis } from './report.ts';
import { openSubject } from './subject.ts';
import type { Wanted } from './wanted.ts';

/** Servers that are looked at together, each with a few requests at a time. */
const AT_ONCE = 8;

/** Looks at some servers, or at all of them, and ends with 1 where something is broken. */
export async function doctor(names: readonly string[], options: DoctorOptions): Promise<void> {
  checkUsage(names, options);
  // A token is for one server, and goes to no other.
  const token = names.length === 1 ? await givenToken(options.tokenFile, process.env) : undefined;
  const wanted = { tool: options.tool, call: options.call, token };
  const diagnosis = await inPlace(options, async (place) => examine(place, { names, options, wanted }));
  await print(options.output, {
    value: diagnosis,
    names: diagnosis.servers.filter(({ ok }) => !ok).map((server) => server.name),
    people: () => report(diagnosis, { whole: names.length > 0 }),
  });
  const isWell = diagnosis.servers.every(({ ok }) => ok) && diagnosis.problems.length === 0;
  if (!isWell) process.exitCode = EXIT.failed;
}

function checkUsage(names: readonly string[], { tool, call, tokenFile }: DoctorOptions): void {
  if (names.length !== 1 && (tool !== undefined || tokenFile !== undefined)) {
    throw new Failure('usage', '--tool and --token-file are about one server: give its name.');
  }
  if (call === true && tool === undefined) throw new Failure('usage', '--call calls the tool of --tool: give one.');
}

interface Order {
  /** None: all. */
  readonly names: readonly string[];
  readonly options: DoctorOptions;
  readonly wanted: Wanted;
}

async function examine(place: Place, { names, options, wanted }: Order): Promise<Diagnosis> {
  const { servers, problems } = await place.list();
  const cluster = place.kind === 'cluster' ? await clusterFacts(options) : undefined;
  const look = (server: ServerView) => async (): Promise<Examination> =>
    walk(openSubject({ place, server, servers, wanted, cluster }));
  const lookFor = (name: string): readonly Look[] => {
    const found = inOrder(servers.filter((server) => lookedFor(name)(server.metadata))).map(look);
    return found.length > 0 ? found : [async () => notDiscovered({ place, name, servers, problems, cluster })];
  };
  try {
    if (names.length > 0) return { servers: await inTurn([...new Set(names)].flatMap(lookFor)), problems: [] };
    return { servers: (await inTurn(inOrder(servers).map(look))).map(asMeant), problems };
  } finally {
    await cluster?.close();
  }
}

type Look = () => Promise<Examination>;

/** What is switched off on purpose is broken only for who asks for it by name. */
const asMeant = (server: Examination): Examination =>
  server.finding?.cause === ('NotEnabled' satisfies Cause) ? { ...server, ok: true } : server;

const clusterFacts = async (options: DoctorOptions): Promise<ClusterFacts> =>
  (await import('./facts/cluster-facts.ts')).openClusterFacts(options);

const inOrder = (servers: readonly ServerView[]): readonly ServerView[] =>
  servers.toSorted((a, b) => qualified(a).localeCompare(qualified(b)));

const qualified = ({ metadata }: ServerView): string => `${metadata.namespace}/${metadata.name}`;

/** The results in the order of the work, some of which is done at a time. */
async function inTurn<Result>(work: readonly (() => Promise<Result>)[]): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...work.entries()];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await next[1]();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
