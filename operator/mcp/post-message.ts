import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { collectBytes } from '../../core/byte-collector.ts';
import { isCertificateError } from '../../core/remote/certificate-error.ts';
import { TargetRefused } from '../../core/remote/checked-lookup.ts';
import { CredentialsProblem } from '../../core/remote/remote-credentials.ts';
import type { Endpoint } from './endpoint.ts';
import { eventData } from './event-stream.ts';
import { ProbeFailure } from './probe-failure.ts';

/** Bytes of one answer. 1,024 tools of 4 KB each, which is what a status can hold of a large server. */
const MAX_ANSWER = 4 * 1024 * 1024;

export type JsonObject = Readonly<Record<string, unknown>>;

/** What a server answered to one JSON-RPC message. */
export type Reply =
  | { readonly kind: 'result'; readonly result: JsonObject; readonly headers: IncomingHttpHeaders }
  | { readonly kind: 'error'; readonly status: number; readonly code: number; readonly data: unknown }
  /** HTTP without a JSON-RPC answer in it, as for notifications. */
  | { readonly kind: 'http'; readonly status: number; readonly contentType: string };

export interface Send {
  readonly method: 'POST' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** Bounds the whole exchange in time. */
  readonly signal: AbortSignal;
}

/** Sends one message to an MCP endpoint and reads the one answer to it. Follows no redirect. Throws ProbeFailure. */
export async function postMessage(endpoint: Endpoint, message: Send): Promise<Reply> {
  try {
    const response = await send(endpoint, message);
    try {
      return await readReply(response, message.body?.['id']);
    } finally {
      // A stream may stay open after the answer.
      response.destroy();
    }
  } catch (error) {
    throw asProbeFailure(error, message.signal);
  }
}

async function send({ url, credentials, connection }: Endpoint, message: Send): Promise<IncomingMessage> {
  const { method, headers, body, signal } = message;
  // One after the other: of two obstacles always the same one is told.
  const ownHeaders = await credentials();
  const checked = await connection?.();
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const outgoing = request(url, {
    method,
    ...checked,
    headers: { ...headers, ...ownHeaders, ...(payload && { 'content-length': payload.length }) },
    signal,
    // A connection of its own: a kept one may be closed by the server in the moment of its next use.
    agent: false,
  });
  outgoing.on('error', reject).on('response', resolve).end(payload);
  return promise;
}

async function readReply(response: IncomingMessage, id: unknown): Promise<Reply> {
  const status = response.statusCode ?? 0;
  const contentType = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase().slice(0, 100) ?? '';
  if (contentType === 'text/event-stream' && status === 200) {
    for await (const data of eventData(bounded(response))) {
      const reply = toReply(parsed(data), { id, status, headers: response.headers });
      if (reply) return reply;
    }
    throw new ProbeFailure('no-answer', 'the event stream ended without the answer');
  }
  if (contentType === 'application/json') {
    const collected = collectBytes(MAX_ANSWER);
    for await (const chunk of response as AsyncIterable<Buffer>) if (!collected.add(chunk)) throw tooLarge();
    const reply = toReply(parsed(collected.bytes().toString()), { id, status, headers: response.headers });
    if (reply) return reply;
  }
  return { kind: 'http', status, contentType };
}

async function* bounded(response: IncomingMessage): AsyncGenerator<string> {
  let left = MAX_ANSWER;
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    left -= chunk.length;
    if (left < 0) throw tooLarge();
    yield chunk;
  }
}

const tooLarge = (): ProbeFailure =>
  new ProbeFailure('not-mcp', `the answer is larger than ${MAX_ANSWER / 1024 / 1024} MiB`);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function toReply(
  message: unknown,
  { id, status, headers }: { id: unknown; status: number; headers: IncomingHttpHeaders },
): Reply | undefined {
  if (!isObject(message) || message['jsonrpc'] !== '2.0') return undefined;
  const { result, error } = message;
  if (isObject(result) && message['id'] === id) return { kind: 'result', result, headers };
  // An error before the request was read carries no id (JSON-RPC 2.0, section 5).
  if (
    isObject(error) &&
    typeof error['code'] === 'number' &&
    (message['id'] === id || (message['id'] ?? null) === null)
  ) {
    return { kind: 'error', status, code: error['code'], data: error['data'] };
  }
  return undefined;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function asProbeFailure(error: unknown, signal: AbortSignal): ProbeFailure {
  if (error instanceof ProbeFailure) return error;
  if (signal.aborted) return new ProbeFailure('no-answer', 'no answer came in time', error);
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof TargetRefused || error instanceof CredentialsProblem || isCertificateError(code)) {
    return new ProbeFailure('blocked', code ?? message, error);
  }
  return code === 'ECONNREFUSED'
    ? new ProbeFailure('refused', 'nothing listens there', error)
    : new ProbeFailure('no-answer', `the connection failed (${code ?? message})`, error);
}
