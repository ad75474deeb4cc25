import { randomBytes } from 'node:crypto';

export interface FailureDetails {
  /** HTTP status, where the failure answers a request. Default 500. */
  readonly status?: number;
  /** Goes to the log only: what would help an attacker. */
  readonly detail?: Record<string, unknown>;
  readonly cause?: unknown;
  /** Go into the answer: `retry-after`, `allow`, `www-authenticate`. Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the failure that another process told of, whose log has it. Default: a new one. */
  readonly id?: string;
}

/**
 * Something that went wrong and may be shown: `code` is stable (snake_case), `message` is safe and says what to do next,
 * `id` joins what the user sees with the line in the log.
 */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly id: string;
  readonly code: string;
  readonly status: number;
  readonly detail: Record<string, unknown> | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: string,
    message: string,
    { status = 500, detail, cause, headers = {}, id = newFailureId() }: FailureDetails = {},
  ) {
    super(message, { cause });
    this.id = id;
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.headers = headers;
  }
}

/** 8 characters: 2^32 values are enough to find one line in a log. */
const newFailureId = (): string => randomBytes(4).toString('hex');
