/** One copy of a server on this machine: a process, or one that waits to be started. */
export interface LocalRun {
  /** Process id, which is also that of its group. Absent while there is no process. */
  readonly id?: string | undefined;
  /** `ending`: asked to end, and finishing its calls. */
  readonly state: 'running' | 'waiting' | 'ending';
  /** Whether calls go to it. */
  readonly serving: boolean;
  /** As the manifest names it: what variables stand for in it may be secret. */
  readonly what: string;
  readonly port?: number | undefined;
  /** Starts after an end that nobody asked for. */
  readonly restarts: number;
  /** RFC 3339. */
  readonly startedAt?: string | undefined;
  /** Resident memory of its process group. */
  readonly memoryBytes?: number | undefined;
  /** Cores that its process group uses now. */
  readonly cpuCores?: number | undefined;
  /** The last end that nobody asked for. */
  readonly lastEnd?: LocalEnd | undefined;
}

export interface LocalEnd {
  /** RFC 3339. */
  readonly at: string;
  /** One sentence. */
  readonly message: string;
  /** Its last lines, masked and bounded; absent where it wrote nothing. */
  readonly output?: string | undefined;
}
