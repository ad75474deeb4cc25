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

/** One process on a laptop, one pod on a cluster. */
export interface ServerRun {
  /** A process id, or the name of a pod. Absent for a process that waits to be started. */
  readonly id?: string | undefined;
  /** `waiting`: to be started, or started again; `ending`: asked to end, and finishing its calls. */
  readonly state: 'running' | 'waiting' | 'ending';
  /** Whether calls go to it. */
  readonly serving: boolean;
  /** What was started: a binary with its arguments, or an image. */
  readonly what: string;
  readonly port?: number | undefined;
  /** Times that it was started again after an end that nobody asked for. */
  readonly restarts: number;
  /** Of what runs now; RFC 3339. */
  readonly startedAt?: string | undefined;
  /** Resident memory of it and of what it started. Absent where it cannot be measured. */
  readonly memoryBytes?: number | undefined;
  /** Cores that they use now. Absent where it cannot be measured. */
  readonly cpuCores?: number | undefined;
  /** How the one before it ended, where that was an end that nobody asked for. */
  readonly lastEnd?: RunEnd | undefined;
}

export interface RunEnd {
  /** RFC 3339. */
  readonly at: string;
  /** One sentence. */
  readonly message: string;
  /** Its last lines, masked and bounded; absent where it wrote nothing. */
  readonly output?: string | undefined;
}
