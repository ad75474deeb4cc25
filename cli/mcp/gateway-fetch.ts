import { Agent, request, type Dispatcher } from 'undici';
import { Failure } from '../../core/failure.ts';
import type { AccessHints } from './access-hints.ts';
import { gatewayRoute } from '../http/gateway-route.ts';
import { answerStream } from './answer-stream.ts';
import { httpRefusal } from './http-refusal.ts';

/** Bytes of an answer that is no success: a gateway's are below one KiB, a JSON-RPC error of a server may hold data. */
const MAX_REFUSAL = 256 * 1024;

/** Milliseconds. */
const CONNECT_TIMEOUT = 10_000;

export interface GatewayFetch {
  /** For the transport of the SDK. Throws a Failure for what a gateway refuses, and `unreachable`. */
  readonly fetch: (url: string | URL, init?: RequestInit) => Promise<Response>;
  /** Why an answer last broke off. The SDK does not tell it of event streams. */
  readonly brokenBy: () => Failure | undefined;
  /** Ends the connections. */
  readonly close: () => Promise<void>;
}

/**
 * HTTP to one gateway. Built-in `fetch` gives up on answers and on streams that are silent for 300 s, which calls of tools may be; and it
 * follows redirects, where the token has no business.
 */
export function gatewayFetch(hints: AccessHints): GatewayFetch {
  const connections = new Agent({ connect: { timeout: CONNECT_TIMEOUT }, headersTimeout: 0, bodyTimeout: 0 });
  let brokenBy: Failure | undefined;
  return {
    brokenBy: () => brokenBy,
    async fetch(url, { method = 'GET', headers, body, signal } = {}) {
      const answer = await request(gatewayRoute(url), {
        dispatcher: connections,
        method: method,
        headers: Object.fromEntries(new Headers(headers)),
        body: typeof body === 'string' ? body : null,
        signal: signal ?? null,
      }).catch((error: unknown) => Promise.reject(signal?.aborted ? error : unreachable(url, error)));
      const { statusCode: status, headers: received, body: stream } = answer;
      if (status >= 300) return refused(answer, hints);
      return new Response(
        status === 204 ? null : ReadableStream.from(answerStream(stream, (failure) => (brokenBy = failure))),
        {
          status,
          headers: asHeaders(received),
        },
      );
    },
    close: async () => connections.destroy(),
  };
}

async function refused(
  { statusCode: status, headers, body }: Dispatcher.ResponseData,
  hints: AccessHints,
): Promise<Response> {
  // To leave a body before its end counts as an error of it, which is nobody's.
  body.on('error', () => {});
  if (status < 400) {
    body.destroy();
    throw new Failure(
      'redirected',
      'The URL of the server leads elsewhere (a redirect), and tokens do not go there. Check publicUrl.',
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_REFUSAL) break;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const challenge = headers['www-authenticate'];
  const failure = httpRefusal({ status, body: text, challenge: [challenge ?? []].flat().join(', ') }, hints);
  if (failure) throw failure;
  return new Response(text, { status, headers: asHeaders(headers) });
}

function asHeaders(headers: Dispatcher.ResponseData['headers']): Headers {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) for (const one of [value ?? []].flat()) all.append(name, one);
  return all;
}

function unreachable(url: string | URL, error: unknown): Failure {
  const { message, code } = error as NodeJS.ErrnoException;
  const { host } = new URL(url);
  return new Failure(
    'unreachable',
    `${host} does not answer (${message || (code ?? 'no connection')}). Is the gateway running?`,
  );
}
