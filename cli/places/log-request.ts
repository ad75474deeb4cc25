/** Which lines of a server's output are wanted. */
export interface LogRequest {
  /** Go on with what comes. */
  readonly follow: boolean;
  /** Only what was written in the last so many milliseconds. */
  readonly sinceMs?: number | undefined;
  /** Only so many of the last lines: of each pod, where there are several. */
  readonly tail?: number | undefined;
  /** Of containers that ended before those that run: cluster only. */
  readonly previous?: boolean | undefined;
  /** What a person should know beside the lines: a pod that comes or goes. */
  readonly onNote?: ((note: string) => void) | undefined;
  readonly signal: AbortSignal;
}

/** A line of output, secrets masked. It may hold control characters. */
export interface LogLine {
  /** When it was written, RFC 3339; absent where nobody noted it. */
  readonly at?: string | undefined;
  /** The pod that wrote it, where the server has several. */
  readonly pod?: string | undefined;
  readonly text: string;
}
