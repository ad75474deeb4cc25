import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent, Dispatcher } from 'undici';
import { textLines } from '../text-lines.ts';
import { ApiError, apiErrorOf } from './api-error.ts';
import { createConnectionPool } from './connection-pool.ts';
import { jsonLines, parseJson } from './json-lines.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { openConnection, type ConnectionOptions } from './open-connection.ts';
import { toWatchEvent, type WatchEvent } from './watch-event.ts';
import { withToken } from './with-token.ts';

export { ApiError } from './api-error.ts';
export type { WatchEvent } from './watch-event.ts';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface ApiRequest {
  /** Default: GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  /** Made by `pathOf`. */
  readonly path: string;
  readonly query?: Query | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body. Default: application/json. */
  readonly contentType?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For all attempts together, in ms. Default: 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Whether to wait where the server asks to, and to ask again. Default: true. */
  readonly patient?: boolean | undefined;
}

export interface WatchRequest {
  readonly path: string;
  /** `watch` is added. */
  readonly query?: Query | undefined;
  readonly signal?: AbortSignal | undefined;
  /** A watch that says nothing for so long (ms) is taken for dead. Default: 300 s. */
  readonly silenceMs?: number | undefined;
  /** Called when the server has begun to answer. */
  readonly onOpen?: (() => void) | undefined;
}

/** One request that was answered or failed. */
export interface ApiCall {
  readonly verb: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'WATCH';
  /** HTTP status, or `error` where there was none. */
  readonly code: string;
  /** From the request to the head of the answer. */
  readonly seconds: number;
}

/** The API server, over one pool of connections that stay open. */
export interface KubernetesApi {
  /** Its URL. */
  readonly server: string;
  /** The namespace of the context, or of the pod that we run in; undefined where the configuration names none. */
  readonly namespace: string | undefined;
  /**
   * Asks and waits for the whole answer: the object, or text where it is no JSON. Waits and asks again where the server says when (429, 503 with
   * Retry-After). Throws an ApiError; the reason of the signal, where that ends it.
   */
  request<Answer = KubernetesObject>(request: ApiRequest): Promise<Answer>;
  /** Ends when the server ends it. Throws an ApiError for everything else: ERROR events, lost connections, silence, lines that are no events. */
  watch(request: WatchRequest): AsyncIterable<WatchEvent>;
  /**
   * Text as it comes, line by line: the output of a pod. A line of more than 64 KiB is cut. Ends when the server ends it; silence is no end. Throws an
   * ApiError; the reason of the signal, where that ends it.
   */
  lines(request: LinesRequest): AsyncIterable<string>;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export type LinesRequest = Pick<ApiRequest, 'path' | 'query' | 'signal'>;

export interface KubernetesApiOptions extends ConnectionOptions {
  /** Speaks as somebody else than the configuration says. `anew`: the last one was not accepted. */
  readonly token?: ((anew: boolean) => Promise<string>) | undefined;
  /** For metrics: called for every single attempt. */
  readonly onCall?: ((call: ApiCall) => void) | undefined;
}

/** ms. The API server itself gives up after 60 s; what is not there after half of that is asked for again with better luck. */
const REQUEST_TIMEOUT_MS = 30_000;

/** ms. The server ends a watch after `timeoutSeconds`; see reflector.ts. */
const SILENCE_MS = 300_000;

/** Bytes. A request may have 3 MiB (MaxRequestBodyBytes), etcd keeps half of that; JSON of what is kept in another encoding is somewhat longer. */
const MAX_LINE = 8 * 1024 * 1024;

/** Bytes of a line of text. Container runtimes cut lines at 16 KiB (KEP-2371), and servers write such ones seldom. */
const MAX_TEXT_LINE = 64 * 1024;

/** Bytes of one answer: 500 objects of 128 KiB each. A page that is larger is asked for in smaller pieces. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** Opens no connection yet. Throws an Error where no cluster is configured. */
export function openKubernetesApi({ onCall, token, ...options }: KubernetesApiOptions = {}): KubernetesApi {
  const own = openConnection(options);
  const connection = token ? withToken(own, token) : own;
  const base = new URL(connection.server);
  const pool = createConnectionPool(connection);

  /** One attempt over a connection of this agent. */
  async function send(agent: Agent, verb: ApiCall['verb'], wanted: ApiRequest, anew: boolean, times: Times) {
    const { path, query, body, contentType = 'application/json', signal } = wanted;
    const started = performance.now();
    let code = 'error';
    try {
      const headers = await connection.headers(anew);
      const answered = agent.request({
        origin: base.origin,
        path: `${base.pathname.replace(/\/$/, '')}${path}${searchOf(query)}`,
        method: verb === 'WATCH' ? 'GET' : verb,
        headers: {
          accept: 'application/json',
          'user-agent': 'mooring',
          ...headers,
          ...(body !== undefined && { 'content-type': contentType }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        ...(signal && { signal }),
        ...times,
      });
      const response = await unlessAborted(answered, signal);
      code = String(response.statusCode);
      return response;
    } finally {
      onCall?.({ verb, code, seconds: (performance.now() - started) / 1000 });
    }
  }

  /** Asks a second time, with new credentials, where the first ones were not accepted. Throws where the answer is none of success. */
  async function ask(agent: Agent, verb: ApiCall['verb'], wanted: ApiRequest, times: Times = {}) {
    let response = await send(agent, verb, wanted, false, times);
    if (response.statusCode === 401) {
      await response.body.dump();
      response = await send(agent, verb, wanted, true, times);
    }
    if (response.statusCode < 300) return response;
    const [retryAfter] = [response.headers['retry-after']].flat();
    throw apiErrorOf(`${verb} ${wanted.path}`, response.statusCode, retryAfter, await readText(response.body));
  }

  async function attempt<Answer>(method: Exclude<ApiCall['verb'], 'WATCH'>, wanted: ApiRequest): Promise<Answer> {
    const agent = pool.agent();
    try {
      const { headers, body } = await ask(agent, method, wanted);
      const text = await readText(body);
      return (String(headers['content-type']).startsWith('application/json') ? parseJson(text) : text) as Answer;
    } catch (error) {
      if (isTimeout(error)) pool.leave(agent);
      throw error;
    }
  }

  async function request<Answer>(wanted: ApiRequest): Promise<Answer> {
    const { method = 'GET', path, timeoutMs = REQUEST_TIMEOUT_MS, patient = true } = wanted;
    const deadline = performance.now() + timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = wanted.signal ? AbortSignal.any([wanted.signal, timeout]) : timeout;
    for (;;) {
      try {
        return await attempt<Answer>(method, { ...wanted, signal });
      } catch (error) {
        wanted.signal?.throwIfAborted();
        const pause = error instanceof ApiError ? error.retryAfterMs : undefined;
        const isOver = !patient || pause === undefined || performance.now() + pause >= deadline;
        if (isOver) throw asApiError(error, `${method} ${path}`, timeoutMs);
        await sleep(pause, undefined, { signal }).catch(() => {});
        wanted.signal?.throwIfAborted();
      }
    }
  }

  async function* watch(wanted: WatchRequest): AsyncGenerator<WatchEvent> {
    const { path, query, signal, silenceMs = SILENCE_MS, onOpen } = wanted;
    const what = `WATCH ${path}`;
    const agent = pool.agent();
    const times = { headersTimeout: REQUEST_TIMEOUT_MS, bodyTimeout: silenceMs };
    try {
      const { body } = await ask(agent, 'WATCH', { path, query: { ...query, watch: true }, signal }, times);
      onOpen?.();
      for await (const value of jsonLines(body, MAX_LINE)) yield toWatchEvent(value, what);
    } catch (error) {
      signal?.throwIfAborted();
      if (isTimeout(error)) pool.leave(agent);
      throw asApiError(error, what, silenceMs);
    }
  }

  async function* lines({ path, query, signal }: LinesRequest): AsyncGenerator<string> {
    const agent = pool.agent();
    // A server may be silent for days: TCP notices a connection that is dead (connection-pool.ts).
    const times = { headersTimeout: REQUEST_TIMEOUT_MS, bodyTimeout: 0 };
    try {
      const { body } = await ask(agent, 'GET', { path, query, signal }, times);
      yield* textLines(body, MAX_TEXT_LINE);
    } catch (error) {
      signal?.throwIfAborted();
      if (isTimeout(error)) pool.leave(agent);
      throw asApiError(error, `GET ${path}`, REQUEST_TIMEOUT_MS);
    }
  }

  const { server, namespace } = connection;
  return { server, namespace, request, watch, lines, close: () => pool.destroy() };
}

type Times = Partial<Pick<Dispatcher.RequestOptions, 'headersTimeout' | 'bodyTimeout'>>;

/** The answer, or the reason of the signal at once: undici leaves a request that waits for a connection waiting, and gives it up only then. */
async function unlessAborted<Answer>(answered: Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal?.reason as Error);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([answered, aborted]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function searchOf(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_ANSWER) throw new ApiError(0, 'TooLarge', `The answer is longer than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** The two of undici, and that of AbortSignal.timeout. */
const TIMEOUTS: ReadonlySet<unknown> = new Set(['HeadersTimeoutError', 'BodyTimeoutError', 'TimeoutError']);
const isTimeout = (error: unknown): boolean => error instanceof Error && TIMEOUTS.has(error.name);

function asApiError(error: unknown, what: string, timeoutMs: number): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SyntaxError) return new ApiError(0, 'Corrupt', `${what}: ${error.message}`, { cause: error });
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const why = isTimeout(error) ? `nothing came for ${timeoutMs / 1000} s` : message || code || name;
  return new ApiError(0, 'Unreachable', `${what}: ${why}`, { cause: error });
}
