import type { McpServer } from '../../crds/mcpserver.ts';
import { qualifiedName } from '../../crds/mcpserver.ts';
import { Failure } from '../../core/failure.ts';
import { isCertificateError } from '../../core/remote/certificate-error.ts';
import { targetRefused } from './remote-route.ts';

/** Seconds. A restart of a process takes about as long; most failures of a connection end with one. */
const RETRY_AFTER = { 'retry-after': '1' };

/** Beside the parser's own codes: an error of it without one, a character that no header can have, another length than was said. */
const INVALID_ANSWER: ReadonlySet<string> = new Set([
  'HTTPParserError',
  'ERR_INVALID_CHAR',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);

/** Why a request has no answer, by what undici says. `sent`: at least a part of it may have reached the backend. */
export function backendFailure(server: McpServer, cause: unknown, sent: boolean): Failure {
  const code = codeOf(cause);
  const detail = { server: qualifiedName(server), backend: server.status?.backend?.url, cause: code };
  const failure = (name: string, status: number, message: string, headers = {}): Failure =>
    new Failure(name, message, { status, detail, cause, headers });

  if (code === 'UND_ERR_INVALID_ARG') {
    return failure('header_refused', 400, 'A header of the request cannot be forwarded. Send it in plain ASCII.');
  }
  if (code === 'ERR_TARGET_REFUSED') return targetRefused(cause, detail);
  if (isCertificateError(code)) {
    const message = 'The server does not prove by its certificate who it is. Its owner sees more in its conditions.';
    return failure('backend_certificate_invalid', 502, message);
  }
  if (!sent) {
    const message =
      'The server does not accept connections at the moment. The request was not executed: send it again.';
    return failure('backend_unreachable', 503, message, RETRY_AFTER);
  }
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return failure('backend_timeout', 504, 'The server did not answer in the time that its timeouts allow.');
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') {
    return failure('backend_headers_too_large', 502, 'The headers of the server’s answer are larger than allowed.');
  }
  if (code.startsWith('HPE_') || INVALID_ANSWER.has(code)) {
    return failure('backend_response_invalid', 502, 'The server’s answer is not valid HTTP.');
  }
  const message = 'The server closed the connection before it answered. It may have executed the request.';
  return failure('backend_connection_lost', 502, message);
}

/**
 * Milliseconds between tries while nobody listens, 2 s in all: kube-proxy hears of a new pod up to a second after everybody else
 * (its minSyncPeriod), and a process that is started again takes about as long.
 */
const REFUSED_PAUSES = [0, 50, 100, 200, 400, 600, 650];

/**
 * Milliseconds after which a request that was not written yet is tried once more; undefined where that will not help: after a wait
 * for a connection, which was long enough, and where the request itself or the end of the gateway is the reason.
 */
export function pauseBeforeTry(error: Error, tries: number): number | undefined {
  const code = codeOf(error);
  if (FINAL.has(code) || isCertificateError(code)) return undefined;
  if (code === 'ECONNREFUSED') return REFUSED_PAUSES[tries];
  // An idle connection was reset, or this address is down and another is not.
  return tries === 0 ? 0 : undefined;
}

const FINAL: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_INVALID_ARG',
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
  'ERR_TARGET_REFUSED',
]);

/** Where an address has several IPs, the reason is inside. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
