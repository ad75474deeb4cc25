import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Cause } from './cause.ts';
import { acquaint, type Discovery, type SignIdentity } from './discovery.ts';
import { ProbeFailure } from './mcp/probe-failure.ts';
import { lostCause, probeCause } from './probe-cause.ts';
import type { Reach } from './remote/reach.ts';

/** What is known of one running copy of a server. */
export type Answer =
  /** Nothing yet, and it is still within its time. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'answered'; readonly discovery: Discovery }
  /** `listening`: whether connections are taken at all. */
  | { readonly kind: 'failed'; readonly cause: Cause; readonly listening: boolean };

export interface Target {
  readonly id: string;
  readonly url: string;
  /** Where a person reads what it writes. */
  readonly output: string;
  /** Qualified name: whom the identity is for. */
  readonly server: string;
  /** Milliseconds until its silence is a failure. */
  readonly startupMs: number;
  readonly reach?: Reach;
}

/** Milliseconds. */
export interface ProbeTimes {
  /** Before the first look, and the shortest pause between two. */
  readonly firstMs: number;
  /** The longest pause while no answer comes. */
  readonly maxPauseMs: number;
  /** Between looks at a server that answers. */
  readonly renewMs: number;
  /** Before the second look at one that stopped answering: two in vain decide. */
  readonly confirmMs: number;
  /** For one look: a server that is busy for longer is not answering. */
  readonly lookMs: number;
  /** Of silence, until it is said what it looks like: people want to know why sooner than they should act. */
  readonly hintMs: number;
  /** How long a wrong answer must stay wrong: frameworks answer 404 until their routes stand. */
  readonly wrongMs: number;
}

/**
 * A TypeScript server takes 150 to 600 ms to listen, and one look at a closed port costs 0.2 ms: short pauses make it Ready the moment it
 * answers. Looking at a healthy server every 30 s is a few requests a minute.
 */
export const PROBE_TIMES: ProbeTimes = {
  firstMs: 50,
  maxPauseMs: 2000,
  renewMs: 30_000,
  confirmMs: 1000,
  lookMs: 10_000,
  // Most servers answer in less; what is wrong stands in the status within 5 s.
  hintMs: 4000,
  wrongMs: 1000,
};

export interface Probe {
  answer(): Answer;
  stop(): Promise<void>;
}

export interface ProbeOptions {
  readonly sign: SignIdentity;
  readonly times: ProbeTimes;
  /** Called when the answer has changed. */
  readonly onChange: () => void;
}

/** Asks one running copy of a server what it is until it answers, and from then on whether that is still so. */
export function startProbe(target: Target, { sign, times, onChange }: ProbeOptions): Probe {
  const acquaintance = acquaint(target, sign);
  const stopping = new AbortController();
  let answer: Answer = { kind: 'pending' };

  function become(next: Answer): void {
    if (stopping.signal.aborted || isDeepStrictEqual(next, answer)) return;
    answer = next;
    onChange();
  }

  const fail = (cause: Cause, { kind }: ProbeFailure): void =>
    become({ kind: 'failed', cause, listening: kind !== 'refused' });

  /** Looks once; answers the failure. */
  async function look(): Promise<ProbeFailure | undefined> {
    try {
      const discovery = await acquaintance.look(Math.min(times.lookMs, target.startupMs), stopping.signal);
      become({ kind: 'answered', discovery });
      return undefined;
    } catch (error) {
      return error instanceof ProbeFailure ? error : new ProbeFailure('no-answer', 'it could not be asked', error);
    }
  }

  /** Other people's machines are spared. What was blocked never got there. */
  const longestPause = ({ kind }: ProbeFailure): number =>
    target.reach && kind !== 'blocked' ? times.renewMs : times.maxPauseMs;

  async function watch(): Promise<void> {
    let inVain = 0;
    let silentSince = performance.now();
    let wrongSince: number | undefined;
    for (let pause = times.firstMs; await pauseFor(pause, stopping.signal);) {
      const failure = await look();
      const now = performance.now();
      if (!failure) {
        inVain = 0;
        pause = times.renewMs;
        continue;
      }
      if (++inVain === 1) silentSince = answer.kind === 'answered' ? now : silentSince;
      wrongSince = isWrong(failure) ? (wrongSince ?? now) : undefined;
      // A tenth of the time waited so far: the answer is noticed at most a tenth late.
      pause = Math.min(Math.max((now - silentSince) / 10, times.firstMs), longestPause(failure));
      if (answer.kind === 'answered') {
        if (inVain === 1) pause = times.confirmMs;
        else fail(lostCause(target, failure), failure);
      } else if (
        now - silentSince >= target.startupMs ||
        (wrongSince !== undefined && now - wrongSince >= times.wrongMs)
      ) {
        fail(probeCause(target, failure), failure);
      } else if (now - silentSince >= times.hintMs) {
        fail({ ...probeCause(target, failure), stalled: false }, failure);
      }
    }
  }

  // No probe may end the process that asks for all.
  const watching = watch().catch(() => become({ kind: 'failed', cause: BUG, listening: false }));
  return {
    answer: () => answer,
    async stop() {
      stopping.abort();
      await watching;
      await acquaintance.close();
    },
  };
}

const BUG: Cause = {
  reason: 'ProbeBroken',
  message:
    'It cannot be asked, because of a bug in Mooring. Please report it, with this manifest; any edit of it is another try.',
  stalled: true,
};

/** It answers, and what it answers will not become right by waiting for long. */
const isWrong = ({ kind }: ProbeFailure): boolean =>
  kind === 'not-mcp' || kind === 'unauthorized' || kind === 'blocked';

/** False as soon as it is over. */
async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
  return !signal.aborted;
}
