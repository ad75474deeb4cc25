export interface ApiErrorDetails {
  readonly retryAfterMs?: number | undefined;
  /** `details` of the Status object. */
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** A request that did not succeed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 where no whole answer came: no connection, a time-out, bytes that are no answer. */
  readonly status: number;
  /** `reason` of the Status object (`NotFound`, `Conflict`, `Expired`, …); `Unreachable` or `Corrupt` where `status` is 0. */
  readonly reason: string;
  /** How long the server asks to wait, in ms. */
  readonly retryAfterMs: number | undefined;
  readonly details: unknown;

  constructor(status: number, reason: string, message: string, { retryAfterMs, details, cause }: ApiErrorDetails = {}) {
    super(message, { cause });
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.details = details;
  }
}

/** Longest text that is repeated of an answer that is no Status. */
const MAX_TEXT = 200;

/** What an answer other than 2xx says. */
export function apiErrorOf(what: string, status: number, retryAfter: string | undefined, body: string): ApiError {
  const retryAfterMs = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : undefined;
  return errorOfStatus(parsed(body), what, { status, retryAfterMs, text: body });
}

interface Known {
  readonly status: number;
  readonly retryAfterMs?: number | undefined;
  readonly text?: string;
}

/** What a Status object (metav1.Status) says: the body of a refusal, or the object of an ERROR event of a watch. */
export function errorOfStatus(value: unknown, what: string, { status, retryAfterMs, text = '' }: Known): ApiError {
  const { kind, code, reason, message, details } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (kind !== 'Status' || typeof message !== 'string') {
    return new ApiError(status, 'Unknown', `${what}: HTTP ${status} ${text.slice(0, MAX_TEXT)}`.trimEnd(), {
      retryAfterMs,
    });
  }
  const seconds = (details as { retryAfterSeconds?: unknown } | undefined)?.retryAfterSeconds;
  return new ApiError(
    typeof code === 'number' ? code : status,
    typeof reason === 'string' ? reason : 'Unknown',
    message,
    {
      retryAfterMs: retryAfterMs ?? (typeof seconds === 'number' ? seconds * 1000 : undefined),
      details,
    },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
