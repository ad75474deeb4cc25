/** What kept a server from saying what it is. */
export type ProbeFailureKind =
  /** Nothing listens there. */
  | 'refused'
  /** The connection stands or broke, but no answer came. */
  | 'no-answer'
  /** It wants credentials of its own. */
  | 'unauthorized'
  /** It was not asked: what the manifest names must not be connected to, is not what it says it is, or lacks credentials. Of servers that run elsewhere. */
  | 'blocked'
  /** It failed by its own account: HTTP 5xx. */
  | 'server-error'
  /** What came is not MCP. */
  | 'not-mcp';

/** Why asking a server failed; the message says what was seen, and nothing that the server could have chosen to be long or secret. */
export class ProbeFailure extends Error {
  override readonly name = 'ProbeFailure';
  readonly kind: ProbeFailureKind;

  constructor(kind: ProbeFailureKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}
