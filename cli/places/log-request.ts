/** Which lines of a server's output are wanted. */
export interface LogRequest {
  /** Go on with what comes. */
  readonly follow: boolean;
  /** Only what was written in the last so many milliseconds. */
  readonly sinceMs?: number | undefined;
  /** Only so many of the last lines. */
  readonly tail?: number | undefined;
  readonly signal: AbortSignal;
}
