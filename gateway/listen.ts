import { getRequestListener, RequestError, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../core/failure.ts';
import { brokenRequestAnswer } from './broken-request.ts';
import type { App } from './gateway-env.ts';
import { refuseEarly, type RefusalParts } from './refusals.ts';

export interface ListenOptions extends RefusalParts {
  /** 0 is any free port. */
  readonly port: number;
  /** One address; without it loopback only, IPv4 and, where there is one, IPv6. */
  readonly address?: string | undefined;
  /** Bytes. */
  readonly maxHeaderSize: number;
  /** Seconds for a request to arrive whole. */
  readonly requestSeconds: number;
}

export interface Listener {
  readonly port: number;
  /** No new connections; resolves when requests under way have ended, or are cut off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Milliseconds. Longer than clients and proxies keep theirs (nginx and AWS 60 s, undici 4 s), so that it is never us who closes a connection that is just being used. */
const KEEP_ALIVE_MS = 75_000;
/** Milliseconds between looks at the clocks of requests. Node's own 30 s would make a limit of seconds meaningless. */
const CHECK_CLOCKS_MS = 1000;
/** Milliseconds between looks for connections that have become idle while we stop: Node closes only those that are idle at first. */
const CLOSE_IDLE_MS = 50;
/** A free port of IPv4 may be taken on IPv6; to meet that so often is no accident. */
const FREE_PORT_TRIES = 10;

/** Listens on every address before it resolves. Throws `port_in_use`, `not_listening`. */
export async function listen(app: App, options: ListenOptions): Promise<Listener> {
  const addresses = options.address === undefined ? ['127.0.0.1', '::1'] : [options.address];
  for (let attempt = 1; ; attempt++) {
    const servers: Server[] = [];
    let port = options.port;
    try {
      for (const address of addresses) {
        const server = await bind(app, address, { ...options, port });
        if (!server) continue;
        servers.push(server);
        port = (server.address() as AddressInfo).port;
      }
      const close = async (graceMs: number): Promise<void> => {
        await Promise.all(servers.map((server) => closeGracefully(server, graceMs)));
      };
      return { port, close };
    } catch (error) {
      for (const server of servers) server.close();
      if (options.port !== 0 || attempt === FREE_PORT_TRIES) throw error;
    }
  }
}

async function bind(app: App, address: string, options: ListenOptions): Promise<Server | undefined> {
  const { port, maxHeaderSize, requestSeconds } = options;
  const server = createServer(
    {
      maxHeaderSize,
      // Answers have no limit: streams and slow tools may take hours.
      requestTimeout: requestSeconds * 1000,
      headersTimeout: requestSeconds * 1000,
      connectionsCheckingInterval: CHECK_CLOCKS_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      noDelay: true,
    },
    requestListener(app, options),
  );
  server.on('clientError', brokenRequestAnswer(options));
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    // Machines without IPv6 have no ::1.
    if (address === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) resolve(undefined);
    else reject(asFailure(error, address, port));
  });
  server.listen(port, address, () => resolve(server));
  return promise;
}

function requestListener(app: App, parts: RefusalParts): RequestListener {
  const answer = getRequestListener(
    (request, env) =>
      request.method === 'HEAD'
        ? answerHead(app, request, env as HttpBindings)
        : app.fetch(request, env as HttpBindings),
    { overrideGlobalObjects: false, errorHandler: (error) => refuseEarly(asInvalid(error), parts) },
  );
  return (incoming, outgoing) => void answer(incoming, outgoing);
}

const asInvalid = (error: unknown): unknown =>
  error instanceof RequestError
    ? new Failure('invalid_request', 'The target or the Host of the request is not valid.', { status: 400 })
    : error;

/** Hono answers HEAD with a copy of what GET would get; of an answer that is on its way already there must be none. */
async function answerHead(app: App, request: Request, env: HttpBindings): Promise<Response> {
  const response = await app.fetch(request, env);
  return response.headers.has(ALREADY_SENT) ? RESPONSE_ALREADY_SENT : response;
}

const [ALREADY_SENT = ''] = RESPONSE_ALREADY_SENT.headers.keys();

async function closeGracefully(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_MS);
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(cutOff);
}

function asFailure(error: NodeJS.ErrnoException, address: string, port: number): Failure {
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      'port_in_use',
      `Port ${port} on ${address} is taken. Stop what uses it, or choose another with --port.`,
      { cause: error },
    );
  }
  return new Failure('not_listening', `${address}:${port} cannot be listened on: ${error.message}.`, { cause: error });
}
