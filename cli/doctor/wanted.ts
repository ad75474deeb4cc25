/** What a person wants to know beside the usual. */
export interface Wanted {
  /** A tool whose scopes the token must have. */
  readonly tool?: string | undefined;
  /** Call that tool. */
  readonly call?: boolean | undefined;
  /** A token to look at instead of one of the person who asks. */
  readonly token?: string | undefined;
}
