import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';
import { httpDrain, type HttpDrain } from '../../core/http-drain.ts';

/** Milliseconds for a request to arrive whole: the gateway's own default limit. */
const REQUEST_TIMEOUT = 60_000;
/**
 * Milliseconds that a quiet connection stays open, which the gateway's pool is told and stays below. Node's 5 s would have
 * nearly every call of a person open a new one.
 */
const KEEP_ALIVE = 75_000;
/** Bytes: what the gateway lets through by default (16 KiB) and as much again for what it adds. */
const MAX_HEADERS = 32 * 1024;
const OPTIONS = { requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: KEEP_ALIVE, maxHeaderSize: MAX_HEADERS };

/** Answers one request; `readBody` rejects with a `Failure` (413) above the limit. */
export type Answer = (request: Request, readBody: (maxBytes: number) => Promise<string>) => Promise<Response>;

export interface HttpListener extends HttpDrain {
  /** `http://<host>:<port>`. */
  readonly url: string;
  /** Ends all connections. */
  destroy(): void;
}

/**
 * Serves `answer` over node:http. The adapters of the SDK and of Hono import node:http2 besides: 10 MB and 20 ms more for
 * each server, and read whole bodies before anybody is identified.
 */
export async function listenHttp(
  answer: Answer,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HttpListener> {
  const server = createServer(OPTIONS, (incoming, outgoing) => {
    // A client that is gone needs no answer; `answer` reports all else itself.
    serve(answer, incoming, outgoing).catch(() => outgoing.destroy());
  });
  const drain = httpDrain(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: actual } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    ...drain,
    destroy: () => server.closeAllConnections(),
  };
}

async function serve(answer: Answer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => outgoing.writableFinished || gone.abort());
  const request = toRequest(incoming, gone.signal);
  const response = request
    ? await answer(request, async (maxBytes) => readBody(incoming, maxBytes))
    : new Response(null, { status: 400 });
  // A body that nobody read stands between this answer and the next request.
  if (!incoming.complete) outgoing.setHeader('connection', 'close');
  await write(response, outgoing);
}

/** Undefined for what the Fetch standard cannot express (method TRACE, a malformed target). */
function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  try {
    const { method = 'GET', url = '/', headers } = incoming;
    return new Request(new URL(url, 'http://localhost'), { method, headers: toHeaders(headers), signal });
  } catch {
    return undefined;
  }
}

function toHeaders(incoming: IncomingMessage['headers']): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming)) {
    for (const item of Array.isArray(value) ? value : [value ?? '']) headers.append(name, item);
  }
  return headers;
}

async function readBody(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  const collected = collectBytes(maxBytes);
  const tooLarge = () =>
    new Failure('body_too_large', `The request is larger than ${maxBytes} bytes. Send less at a time.`, {
      status: 413,
    });
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  // To leave the loop must not destroy the stream: the refusal goes over the same socket.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    if (!collected.add(chunk)) throw tooLarge();
  }
  return collected.bytes().toString('utf8');
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  // Whether the connection stays is not for who answers to say; the SDK's streams say that it does.
  const { connection: _, ...headers } = Object.fromEntries(response.headers);
  if (response.body && headers['content-type']?.startsWith('text/event-stream')) {
    outgoing.writeHead(response.status, headers).flushHeaders();
    return pipeline(response.body, outgoing);
  }
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, { ...headers, 'content-length': body.length }).end(body);
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): Failure {
  return error.code === 'EADDRINUSE'
    ? new Failure('port_in_use', `Port ${port} of ${host} is taken. Stop who uses it or set another PORT.`, {
        cause: error,
      })
    : new Failure('cannot_listen', `Cannot listen on ${host}:${port}: ${error.message}`, { cause: error });
}
