import type { Place, ServerView } from '../places/place.ts';
import type { ServerRun } from '../places/server-runs.ts';
import type { About } from '../control/protocol.ts';
import type { ClusterFacts } from './facts/cluster-facts.ts';
import { knock, type Knock } from './facts/knock.ts';
import { endpointOf, metadataUrlOf } from './facts/public-urls.ts';
import { sayHello } from './facts/say-hello.ts';
import { chooseToken, type ChosenToken } from './facts/choose-token.ts';
import { lazily } from './facts/lazily.ts';
import type { Wanted } from './wanted.ts';

/** One server with everything that links may look at; what costs something is looked up once, when the first link wants it. */
export interface Subject {
  readonly place: Place;
  readonly server: ServerView;
  /** All that the place has: what `admin` grants depends on them. */
  readonly servers: readonly ServerView[];
  readonly wanted: Wanted;
  /** What the API server tells beside the servers; absent elsewhere. */
  readonly cluster: ClusterFacts | undefined;
  /** Processes or pods of the server; undefined where the place does not show them. */
  readonly runs: () => Promise<readonly ServerRun[] | undefined>;
  readonly about: () => Promise<About | undefined>;
  /** What the public URL answers to the first question that clients ask (RFC 9728). */
  readonly resourceMetadata: (signal: AbortSignal) => Promise<Knock>;
  readonly token: () => Promise<ChosenToken>;
  /** What the endpoint answers with that token. */
  readonly greeting: (signal: AbortSignal) => Promise<Knock>;
}

export type Patient = Pick<Subject, 'place' | 'server' | 'servers' | 'wanted' | 'cluster'>;

export function openSubject(patient: Patient): Subject {
  const { place, server } = patient;
  const token = lazily(async () => chooseToken(patient));
  return {
    ...patient,
    runs: lazily(async () => running(patient)),
    about: lazily(async () => place.about?.()),
    resourceMetadata: lazily(async (signal: AbortSignal) => knock(metadataUrlOf(server), { signal })),
    token,
    greeting: lazily(async (signal: AbortSignal) => {
      const chosen = await token();
      return sayHello(endpointOf(server), signal, chosen.kind === 'token' ? chosen.token : undefined);
    }),
  };
}

/** Who may not see them is told the rest. */
async function running({ place, server }: Patient): Promise<readonly ServerRun[] | undefined> {
  const seen = await place.runs?.([server]).catch(() => undefined);
  return seen?.servers.flatMap(({ runs }) => runs).filter(({ state }) => state === 'running');
}
