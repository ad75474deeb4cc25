import type { LocalEnd, LocalRun } from '../../operator/local/local-run.ts';

/** What runs behind servers, as far as it may be seen. */
export interface SeenRuns {
  /** One entry for each server that was asked for; without those whose pods must not be seen (then a note says so). */
  readonly servers: readonly ServerRuns[];
  readonly notes: readonly RunNote[];
}

/** Why something is not known. `no_usage`: memory and CPU are not measured there. */
export interface RunNote {
  readonly code: 'forbidden' | 'no_usage';
  readonly message: string;
}

/** What of one server runs now. */
export interface ServerRuns {
  readonly namespace: string;
  readonly name: string;
  /** Each process or pod, the oldest first; none where nothing is to run. */
  readonly runs: readonly ServerRun[];
}

/** One process on a laptop, one pod on a cluster, told in the same words: `id` is the pod's name then, and `what` its image. */
export type ServerRun = LocalRun;
export type RunEnd = LocalEnd;
