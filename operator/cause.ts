/** Why something is not as wanted: what the reason and the message of a condition are made of. */
export interface Cause {
  /** CamelCase and stable: programs compare it. */
  readonly reason: string;
  /** Names the cause and the next step; safe to show. */
  readonly message: string;
  /** A person must act; waiting alone will not help. */
  readonly stalled?: boolean;
  /** As asked for: nothing is wrong, and nothing is to come. */
  readonly idle?: boolean;
}
