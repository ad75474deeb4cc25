/** What of one server runs now. */
export interface ServerRuns {
  readonly namespace: string;
  readonly name: string;
  /** Each process or pod; none where nothing runs. */
  readonly runs: readonly ServerRun[];
}

/** One process on a laptop, one pod on a cluster. */
export interface ServerRun {
  /** `pid 4711` is `4711`; a pod has its name. */
  readonly id: string;
  /** What was started: a binary with its arguments, or an image. */
  readonly what: string;
  readonly port?: number | undefined;
  /** Whether calls go to it. */
  readonly serving: boolean;
  /** Times that it was started again after an end that nobody asked for. */
  readonly restarts: number;
  /** RFC 3339. */
  readonly startedAt?: string | undefined;
  /** Resident memory. Absent where it cannot be measured. */
  readonly memoryBytes?: number | undefined;
  /** How the one before it ended, where that was an end that nobody asked for. */
  readonly lastEnd?: { readonly at: string; readonly message: string } | undefined;
}
