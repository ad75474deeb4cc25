import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { ApiError, apiErrorOf, errorOfStatus } from './api-error.ts';
import type { ClusterConnection, TlsIdentity } from './connection.ts';
import { jsonLines, parseJson } from './json-lines.ts';
import type { KubernetesObject } from './kubernetes-object.ts';
import { openConnection, type ConnectionOptions } from './open-connection.ts';
import { withToken } from './with-token.ts';

export { ApiError } from './api-error.ts';

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

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubernetesObject;
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
  /**
   * Asks and waits for the whole answer: the object, or text where it is no JSON. Waits and asks again where the server says when (429, 503 with
   * Retry-After). Throws an ApiError; the reason of the signal, where that ends it.
   */
  request<Answer = KubernetesObject>(request: ApiRequest): Promise<Answer>;
  /** Ends when the server ends it. Throws an ApiError for everything else: ERROR events, lost connections, silence, lines that are no events. */
  watch(request: WatchRequest): AsyncIterable<WatchEvent>;
  /** Ends all connections at once. */
  close(): Promise<void>;
}

export interface KubernetesApiOptions extends ConnectionOptions {
  /** Speaks as somebody else than the configuration says. `anew`: the last one was not accepted. */
  readonly token?: ((anew: boolean) => Promise<string>) | undefined;
  /** For metrics: called for every single attempt. */
  readonly onCall?: ((call: ApiCall) => void) | undefined;
}

/** ms. The API server itself gives up after 60 s; what is not there after half of that is asked for again with better luck. */
const REQUEST_TIMEOUT_MS = 30_000;

/** ms. A TCP and TLS handshake takes 4 round trips at most; SYN packets are repeated after 1 and 3 s. */
const CONNECT_TIMEOUT_MS = 5_000;

/** ms. The API server ends idle connections after 90 s (genericapiserver, IdleTimeout); whoever is later loses a request. */
const IDLE_MS = 60_000;

/** ms until TCP asks whether the other side is alive; 10 s later (libuv: 10 probes, 1 s apart) the connection is lost. */
const KEEPALIVE_DELAY_MS = 10_000;

/** ms. The server ends a watch after `timeoutSeconds`; see reflector.ts. */
const SILENCE_MS = 300_000;

/** Bytes. A request may have 3 MiB (MaxRequestBodyBytes), etcd keeps half of that; JSON of what is kept in another encoding is somewhat longer. */
const MAX_LINE = 8 * 1024 * 1024;

/** Bytes of one answer: 500 objects of 128 KiB each. A page that is larger is asked for in smaller pieces. */
const MAX_ANSWER = 64 * 1024 * 1024;

/** Opens no connection yet. Throws an Error where no cluster is configured. */
export function openKubernetesApi({ onCall, token, ...options }: KubernetesApiOptions = {}): KubernetesApi {
  const own = openConnection(options);
  const connection = token ? withToken(own, token) : own;
  const base = new URL(connection.server);
  const agent = new Agent({
    // One stream a connection: a connection that hangs makes one watch hang, not all.
    allowH2: false,
    keepAliveTimeout: IDLE_MS,
    keepAliveMaxTimeout: IDLE_MS,
    connect: connectorOf(connection),
  });

  async function send(
    verb: ApiCall['verb'],
    wanted: ApiRequest,
    anew: boolean,
    times: Partial<Dispatcher.RequestOptions>,
  ) {
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

  /** One attempt, and a second one with new credentials where the first ones were not accepted. Throws where the answer is none of success. */
  async function ask(verb: ApiCall['verb'], wanted: ApiRequest, times: Partial<Dispatcher.RequestOptions> = {}) {
    for (const anew of [false, true]) {
      const response = await send(verb, wanted, anew, times);
      if (response.statusCode < 300) return response;
      const text = await readText(response.body);
      if (response.statusCode === 401 && !anew) continue;
      const retryAfter = response.headers['retry-after'];
      throw apiErrorOf(
        `${verb} ${wanted.path}`,
        response.statusCode,
        Array.isArray(retryAfter) ? retryAfter[0] : retryAfter,
        text,
      );
    }
    throw new Error('unreachable');
  }

  async function request<Answer>(wanted: ApiRequest): Promise<Answer> {
    const { method = 'GET', path, timeoutMs = REQUEST_TIMEOUT_MS } = wanted;
    const deadline = performance.now() + timeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = wanted.signal ? AbortSignal.any([wanted.signal, timeout]) : timeout;
    for (;;) {
      try {
        const { headers, body } = await ask(method, { ...wanted, signal });
        const text = await readText(body);
        return (String(headers['content-type']).startsWith('application/json') ? parseJson(text) : text) as Answer;
      } catch (error) {
        wanted.signal?.throwIfAborted();
        const pause = error instanceof ApiError ? error.retryAfterMs : undefined;
        if (pause === undefined || performance.now() + pause >= deadline)
          throw asApiError(error, `${method} ${path}`, timeoutMs);
        await sleep(pause, undefined, { signal }).catch(() => {});
        wanted.signal?.throwIfAborted();
      }
    }
  }

  async function* watch({
    path,
    query,
    signal,
    silenceMs = SILENCE_MS,
    onOpen,
  }: WatchRequest): AsyncGenerator<WatchEvent> {
    const what = `WATCH ${path}`;
    try {
      const wanted = { path, query: { ...query, watch: true }, signal };
      const { body } = await ask('WATCH', wanted, { headersTimeout: REQUEST_TIMEOUT_MS, bodyTimeout: silenceMs });
      onOpen?.();
      for await (const value of jsonLines(body, MAX_LINE)) yield toEvent(value, what);
    } catch (error) {
      signal?.throwIfAborted();
      throw asApiError(error, what, silenceMs);
    }
  }

  return { server: connection.server, request, watch, close: () => agent.destroy() };
}

/** Connects with what is valid now: certificates and CAs may have been exchanged since the connection before. */
function connectorOf(connection: ClusterConnection): buildConnector.connector {
  let last: { readonly identity: TlsIdentity; readonly connect: buildConnector.connector } | undefined;

  async function connectorNow(): Promise<buildConnector.connector> {
    const identity = await connection.tls();
    if (last?.identity !== identity) {
      const given = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== undefined));
      const settings = {
        ...given,
        allowH2: false,
        timeout: CONNECT_TIMEOUT_MS,
        keepAliveInitialDelay: KEEPALIVE_DELAY_MS,
      };
      last = { identity, connect: buildConnector(settings) };
    }
    return last.connect;
  }

  async function connect(...[options, callback]: Parameters<buildConnector.connector>): Promise<void> {
    try {
      (await connectorNow())(options, callback);
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), null);
    }
  }
  return (options, callback) => void connect(options, callback);
}

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

const TYPES: ReadonlySet<unknown> = new Set([
  'ADDED',
  'MODIFIED',
  'DELETED',
  'BOOKMARK',
] satisfies WatchEvent['type'][]);

function toEvent(value: unknown, what: string): WatchEvent {
  const { type, object } = (value ?? {}) as { type?: unknown; object?: Partial<KubernetesObject> };
  if (type === 'ERROR') throw errorOfStatus(object, what, { status: 500 });
  if (!TYPES.has(type) || typeof object?.metadata !== 'object') throw new SyntaxError('a line is no event');
  return value as WatchEvent;
}

function asApiError(error: unknown, what: string, timeoutMs: number): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof SyntaxError) return new ApiError(0, 'Corrupt', `${what}: ${error.message}`, { cause: error });
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const why =
    name === 'TimeoutError' || name === 'BodyTimeoutError' || name === 'HeadersTimeoutError'
      ? `nothing came for ${timeoutMs / 1000} s`
      : message || code || name;
  return new ApiError(0, 'Unreachable', `${what}: ${why}`, { cause: error });
}
