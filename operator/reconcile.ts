import { isDeepStrictEqual } from 'node:util';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import type { Problem } from '../crds/problem.ts';
import type { ServerSource, StatusWriter } from '../crds/sources/source.ts';
import { conditionOf, isTrue } from '../crds/condition-of.ts';
import type { McpServerStatus } from '../crds/mcpserver-status.ts';
import { durationMs } from '../crds/duration.ts';
import { accept, refused } from './acceptance.ts';
import { causeOf, type Sight } from './findings.ts';
import type { PublicNames } from './names.ts';
import { settled, stalled, waiting, type Outcome } from './outcome.ts';
import type { Instance, Platform } from './platform.ts';
import type { Probes } from './probes.ts';
import { isStopped } from './resources/scale.ts';
import { buildStatus } from './status.ts';

export interface OperatorSource extends ServerSource, StatusWriter {
  /** What is wrong with the newest edit of a server, where the one before it holds. */
  problemOf(uid: string): readonly Problem[];
}

export interface World<Wanted> {
  readonly source: OperatorSource;
  readonly names: PublicNames;
  readonly platform: Platform<Wanted>;
  readonly probes: Probes;
  /** uids of the servers that this process has told the state of. */
  readonly judged: Set<string>;
  /** Origin of the gateway. */
  readonly publicUrl: () => string;
  /** Told of each status that differs from the one before. */
  readonly onStatus: (server: McpServer, status: McpServerStatus) => void;
}

/** Milliseconds; as documented at `spec.timeouts.startup`. */
const STARTUP_MS = 60_000;
/** Milliseconds. A server that runs elsewhere runs already; some are woken by the first request. */
const REMOTE_STARTUP_MS = 10_000;

/** Makes the world as one manifest asks, as far as that goes without waiting, and says how far it went. A second time changes nothing. */
export async function reconcile<Wanted>(uid: string, world: World<Wanted>): Promise<Outcome> {
  const { source, names, platform, probes, judged, publicUrl, onStatus } = world;

  // get
  const server = source.get(uid);
  if (!server) {
    probes.follow(uid, []);
    judged.delete(uid);
    platform.forget(uid);
    return settled;
  }

  // validate → build → apply → prune
  const [holder, review] = [names.holder(server), platform.review(server)];
  const mayRun = holder.metadata.uid === uid && !isStopped(server.spec);
  const runsOn = review.refusal !== undefined && mayRun && platform.keep(server);
  const valid = accept(server, { holder, review, runsOn });
  const wanted = valid.accepted && !runsOn ? platform.build(server) : undefined;
  const refusal = wanted && (await platform.apply(server, wanted));
  if (!refusal && !runsOn) await platform.prune(uid, wanted);
  const acceptance = refusal ? refused(refusal) : valid;

  // observe → discover: whoever has answered may take traffic
  const targets = platform.observe(uid).instances.map((instance) => toTarget(server, instance));
  const answers = probes.follow(uid, targets);
  await platform.admit(
    uid,
    [...answers].filter(([, answer]) => answer.kind === 'answered').map(([id]) => id),
  );

  // one status write
  const observation = platform.observe(uid);
  if (observation.settlingMs !== undefined) return waiting(observation.settlingMs);
  const sight: Sight = {
    server,
    acceptance,
    observation,
    answer: answers.get(observation.wanted?.id ?? ''),
    servingAnswer: answers.get(observation.serving?.id ?? ''),
    problems: source.problemOf(uid),
    exposure: platform.exposure,
  };
  if (!judged.has(uid) && stillHolds(sight)) return settled;
  judged.add(uid);
  const url = `${publicUrl()}/api/v1/mcp/${server.metadata.name}/mcp`;
  const status = buildStatus(sight, { url, now: new Date().toISOString() });
  if (!isDeepStrictEqual(status, server.status)) {
    await source.writeStatus(uid, status);
    onStatus(server, status);
  }

  if (observation.lookAgainMs !== undefined) return waiting(observation.lookAgainMs);
  return causeOf(sight)?.stalled ? stalled : settled;
}

/** What was told before this process began holds until the copy that it spoke of has been asked again: that calls. */
function stillHolds({ server: { metadata, status }, observation: { serving, wanted }, answer }: Sight): boolean {
  const isOfThis = status?.observedGeneration === metadata.generation;
  if (answer?.kind === 'pending') {
    const isDecided = conditionOf(status, 'Verified')?.status !== 'Unknown';
    const servesOn = isTrue(status, 'Verified') && serving?.id === wanted?.id;
    return servesOn || (isOfThis && isDecided);
  }
  // A first hint of what was certain already.
  if (answer?.kind !== 'failed' || answer.cause.stalled) return false;
  return isOfThis && isTrue(status, 'Stalled') && conditionOf(status, 'Stalled')?.reason === answer.cause.reason;
}

const toTarget = (server: McpServer, { id, url, output, reach }: Instance) => ({
  id,
  url,
  output,
  ...(reach && { reach }),
  server: qualifiedName(server),
  startupMs: server.spec.timeouts?.startup
    ? durationMs(server.spec.timeouts.startup)
    : reach
      ? REMOTE_STARTUP_MS
      : STARTUP_MS,
});
