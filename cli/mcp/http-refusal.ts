import { Failure } from '../../core/failure.ts';
import { oneLine } from '../output/harmless.ts';
import type { AccessHints } from './access-hints.ts';

/** What an HTTP answer said when it was no success. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  /** `WWW-Authenticate`, where it was sent. */
  readonly challenge?: string | undefined;
}

interface Told {
  readonly code: string;
  readonly message: string;
}

/** Characters of what a gateway says of a refusal: more than any of its messages has. */
const MAX_MESSAGE = 1000;

/** Statuses whose bodies tell clients of MCP something else as well: eras, lost sessions, methods that a server does not know. */
const MEANT_FOR_CLIENTS: ReadonlySet<number> = new Set([400, 404, 405]);

/**
 * The Failure that an HTTP answer of a gateway means, with its text, its id and the next step; undefined where the answer is for the
 * MCP client to read (a 400 of the server behind, for example).
 */
export function httpRefusal(answer: HttpAnswer, hints: AccessHints): Failure | undefined {
  const { status, challenge = '' } = answer;
  const told = toldBy(answer.body);
  if (!told && MEANT_FOR_CLIENTS.has(status)) return undefined;
  const message = told?.message ?? `The gateway answered HTTP ${status} without saying why.`;
  if (status === 401) {
    return new Failure('not_signed_in', `${message} ${hints.signIn}`, { status });
  }
  const needed = /\bscope="([^"]*)"/.exec(challenge)?.[1] ?? '';
  if (status === 403 && needed !== '') {
    return new Failure(told?.code ?? 'insufficient_scope', `${message} ${hints.scopes(oneLine(needed, MAX_MESSAGE))}`, {
      status,
    });
  }
  return new Failure(told?.code ?? 'http_error', message, { status });
}

/** Reads both forms of gateway/refusals.ts: a JSON-RPC error (its message has the id), and the members of an OAuth error. */
function toldBy(body: string): Told | undefined {
  const { error, error_description: description, error_id: id } = objectIn(body);
  if (typeof error === 'string' && typeof description === 'string') {
    return told(error, typeof id === 'string' ? `${description} [${id}]` : description);
  }
  const { message, data } = asObject(error);
  const { code, id: errorId } = asObject(data);
  // A server behind the gateway has errors of its own; only the gateway's have both.
  if (typeof code !== 'string' || typeof errorId !== 'string' || typeof message !== 'string') return undefined;
  return told(code, message);
}

const told = (code: string, message: string): Told => ({
  code: /^[a-z_]{1,64}$/.test(code) ? code : 'http_error',
  message: oneLine(message, MAX_MESSAGE),
});

function objectIn(body: string): Record<string, unknown> {
  try {
    return asObject(JSON.parse(body));
  } catch {
    return {};
  }
}

const asObject = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
