import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { Failure } from '../core/failure.ts';
import { logFailure, type RefusalParts } from './refusals.ts';

/** What Node's parser could not make a request of, and how it is answered: there is no request yet that Hono could have. */
export const brokenRequestAnswer =
  ({ log, metrics }: RefusalParts) =>
  (error: NodeJS.ErrnoException, socket: Duplex): void => {
    // The client left, or an answer is on its way, into which another one must not be written.
    if (!socket.writable || error.code === 'ECONNRESET' || isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const failure = failureOf(error);
    logFailure(failure, log, {});
    metrics.refused(failure.code);
    const { status, code, message, id } = failure;
    const body = JSON.stringify({ error: code, error_description: message, error_id: id });
    socket.end(
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  };

const failureOf = ({ code = '', message }: NodeJS.ErrnoException): Failure =>
  KNOWN[code]?.() ??
  new Failure('invalid_request', 'This is not valid HTTP/1.1.', { status: 400, detail: { code, message } });

const KNOWN: Readonly<Record<string, () => Failure>> = {
  HPE_HEADER_OVERFLOW: () =>
    new Failure('request_headers_too_large', 'The headers of the request are larger than allowed.', { status: 431 }),
  ERR_HTTP_REQUEST_TIMEOUT: () =>
    new Failure('request_timeout', 'The request did not arrive in time. Send it again.', { status: 408 }),
};

/** As Node's own handler finds out. */
const isAnswering = (socket: Duplex & { readonly _httpMessage?: ServerResponse | null }): boolean =>
  socket._httpMessage?.headersSent === true;
