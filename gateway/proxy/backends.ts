import type { LookupFunction } from 'node:net';
import { Pool } from 'undici';
import type { McpServer } from '../../crds/mcpserver.ts';
import { durationMs } from '../../crds/duration.ts';
import { Failure } from '../../core/failure.ts';
import type { RemoteRoute } from './remote-route.ts';
import { renewedPool, type RenewedPool } from './renewed-pool.ts';

/** The requests or the streams at one server: counted before they are sent, since a full undici pool queues in silence and for ever. */
export interface Lane {
  readonly pool: RenewedPool;
  inFlight: number;
}

/** Where the requests to one server go. */
export interface Backend {
  readonly path: string;
  readonly requests: Lane;
  /** GET, subscriptions/listen, and answers that turned out to be event streams. */
  readonly streams: Lane;
  /** What it was made from; another one takes its place when that changes. */
  readonly settings: Settings;
  server: McpServer;
  /** `Date.now()` of the last look-up. */
  usedAt: number;
}

interface Settings {
  readonly url: string;
  /** Milliseconds; 0 is no limit. */
  readonly connect: number;
  readonly response: number;
  readonly idle: number;
  /** Bytes. */
  readonly headerBytes: number;
  /** Of a server that runs elsewhere. */
  readonly lookup: LookupFunction | undefined;
  readonly ca: string | undefined;
}

export interface Backends {
  /** Fails with 503 where the server has no backend at the moment. `route` of a server that runs elsewhere. */
  of(server: McpServer, route?: RemoteRoute): Backend;
  /** Requests and streams that are under way at this URL. */
  inFlight(url: string): number;
  /** Ends everything, also what is in flight. */
  close(): Promise<void>;
}

/** The default of `spec.timeouts.connect`. */
const CONNECT_MS = 5000;
/**
 * Milliseconds that an unused connection is kept. Below the 5 s after which uvicorn and Node close theirs without a word
 * in most versions, so that a request hardly ever meets a connection that is just being closed. A `Keep-Alive` header counts before it.
 */
const KEEP_ALIVE_MS = 4000;
/**
 * Milliseconds after which a connection takes no more requests. A Service balances connections, so one that is kept leads
 * to the same pod for good, also while it stops. A pod gets SIGTERM 5 s (its preStop sleep) after it began to leave its
 * Service: 2 s of that are ours, 3 s remain for every node to learn of it, and no request meets a closing connection.
 */
const RENEW_MS = 2000;
/** The same of servers that run elsewhere, whose connections cost a handshake over the internet: so late does a change of their address or of remote.allow count. */
const RENEW_REMOTE_MS = 60_000;
/** Milliseconds. By then its connections are closed for long, and only memory is left. */
const FORGET_MS = 60_000;

/** One backend per server, made on first use; closed when the server moves, or is not asked for a minute. */
export function createBackends(responseHeaderBytes: () => number): Backends {
  const backends = new Map<string, Backend>();
  const closing = new Set<Backend>();
  const sweeper = setInterval(() => {
    const oldest = Date.now() - FORGET_MS;
    for (const [uid, backend] of backends)
      if (backend.usedAt < oldest && inFlightAt(backend) === 0) retire(uid, backend);
  }, FORGET_MS).unref();

  const retire = (uid: string, backend: Backend): void => {
    backends.delete(uid);
    closing.add(backend);
    const closed = (): boolean => closing.delete(backend);
    Promise.all(poolsOf(backend).map((pool) => pool.close())).then(closed, closed);
  };

  return {
    of: (server, route) => {
      const { uid } = server.metadata;
      const known = backends.get(uid);
      const headerBytes = responseHeaderBytes();
      if (!route && known && known.server === server && known.settings.headerBytes === headerBytes) return used(known);
      const settings = settingsOf(server, headerBytes, route);
      if (known && isSame(known.settings, settings)) return used(known, server);
      if (known) retire(uid, known);
      const backend = newBackend(server, settings);
      backends.set(uid, backend);
      return backend;
    },
    inFlight: (url) =>
      [...backends.values(), ...closing]
        .filter(({ settings }) => settings.url === url)
        .reduce((sum, backend) => sum + inFlightAt(backend), 0),
    close: async () => {
      clearInterval(sweeper);
      const all = [...backends.values(), ...closing];
      backends.clear();
      await Promise.all(all.flatMap(poolsOf).map((pool) => pool.destroy()));
    },
  };
}

function used(backend: Backend, server = backend.server): Backend {
  backend.server = server;
  backend.usedAt = Date.now();
  return backend;
}

const inFlightAt = ({ requests, streams }: Backend): number => requests.inFlight + streams.inFlight;

const poolsOf = ({ requests, streams }: Backend): RenewedPool[] => [requests.pool, streams.pool];

function settingsOf({ spec, status }: McpServer, headerBytes: number, route: RemoteRoute | undefined): Settings {
  const url = status?.backend?.url;
  if (url === undefined) {
    throw new Failure('backend_unavailable', 'The server is not running at the moment. Send the request again.', {
      status: 503,
      headers: { 'retry-after': '1' },
    });
  }
  const { connect, response, idle } = spec.timeouts ?? {};
  return {
    url,
    connect: connect === undefined ? CONNECT_MS : durationMs(connect),
    response: response === undefined ? 0 : durationMs(response),
    idle: idle === undefined ? 0 : durationMs(idle),
    headerBytes,
    lookup: route?.lookup,
    ca: route?.ca,
  };
}

const isSame = (a: Settings, b: Settings): boolean =>
  a.url === b.url &&
  a.connect === b.connect &&
  a.response === b.response &&
  a.idle === b.idle &&
  a.headerBytes === b.headerBytes &&
  a.lookup === b.lookup &&
  a.ca === b.ca;

function newBackend(server: McpServer, settings: Settings): Backend {
  const url = new URL(settings.url);
  const renewMs = settings.lookup ? RENEW_REMOTE_MS : RENEW_MS;
  const lane = (): Lane => ({
    inFlight: 0,
    pool: renewedPool(() => newPool(url.origin, settings), renewMs),
  });
  return {
    path: url.pathname + url.search,
    requests: lane(),
    streams: lane(),
    settings,
    server,
    usedAt: Date.now(),
  };
}

/**
 * undici's own limits of 300 s would cut off slow tools and quiet streams: 0 switches them off where the spec says nothing.
 * Those of the spec are kept to about a second: the resolution of undici's shared timer, which costs a request nothing.
 */
const newPool = (origin: string, { connect, response, idle, headerBytes, lookup, ca }: Settings): Pool =>
  new Pool(origin, {
    connect: { timeout: connect, ...(lookup && { lookup }), ...(ca !== undefined && { ca }) },
    headersTimeout: response,
    bodyTimeout: idle,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: headerBytes,
    allowH2: false,
    pipelining: 1,
  });
