import { getRequestListener, RequestError, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../core/failure.ts';
import { httpDrain, type HttpDrain } from '../core/http-drain.ts';
import { brokenRequestAnswer } from './broken-request.ts';
import type { App } from './gateway-env.ts';
import { refuseEarly, type RefusalParts } from './refusals.ts';

export interface ListenOptions extends RefusalParts {
  /** 0 is any free port. */
  readonly port: number;
  /** One address, `::` for all of both families; without it loopback only, IPv4 and, where there is one, IPv6. */
  readonly address?: string | undefined;
  /** Bytes. */
  readonly maxHeaderSize: number;
  /** Seconds for a request to arrive whole. */
  readonly requestSeconds: number;
}

export interface Listener extends HttpDrain {
  readonly port: number;
}

interface Bound {
  readonly server: Server;
  readonly drain: HttpDrain;
}

/** Milliseconds. Longer than clients and proxies keep theirs (nginx and AWS 60 s, undici 4 s), so that it is never us who closes a connection that is just being used. */
const KEEP_ALIVE_MS = 75_000;
/** Milliseconds between looks at the clocks of requests. Node's own 30 s would make a limit of seconds meaningless. */
const CHECK_CLOCKS_MS = 1000;
/** A free port of IPv4 may be taken on IPv6; to meet that so often is no accident. */
const FREE_PORT_TRIES = 10;

/** Listens on every address before it resolves. Throws `port_in_use`, `not_listening`. */
export async function listen(app: App, options: ListenOptions): Promise<Listener> {
  const addresses = listenAddresses(options.address);
  for (let attempt = 1; ; attempt++) {
    const all: Bound[] = [];
    let port = options.port;
    try {
      for (const address of addresses) {
        const bound =
          (await bind(app, address, { ...options, port })) ??
          (address === '::' ? await bind(app, '0.0.0.0', { ...options, port }) : undefined);
        if (!bound) continue;
        all.push(bound);
        port = (bound.server.address() as AddressInfo).port;
      }
      return {
        port,
        untilQuiet: async (times) => void (await Promise.all(all.map(({ drain }) => drain.untilQuiet(times)))),
        close: async (graceMs) => void (await Promise.all(all.map(({ drain }) => drain.close(graceMs)))),
      };
    } catch (error) {
      for (const { server } of all) server.close();
      if (options.port !== 0 || attempt === FREE_PORT_TRIES) throw error;
    }
  }
}

/** One address, or loopback of both families. */
export const listenAddresses = (address: string | undefined): readonly string[] =>
  address === undefined ? ['127.0.0.1', '::1'] : [address];

/** Machines without IPv6 have neither of its addresses. */
export const isWithoutIPv6 = ({ code }: NodeJS.ErrnoException, address: string): boolean =>
  (address === '::1' || address === '::') && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT');

async function bind(app: App, address: string, options: ListenOptions): Promise<Bound | undefined> {
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
  const drain = httpDrain(server);
  server.on('clientError', brokenRequestAnswer(options));
  const { promise, resolve, reject } = Promise.withResolvers<Bound | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    if (isWithoutIPv6(error, address)) resolve(undefined);
    else reject(listenFailure(error, address, port));
  });
  server.listen(port, address, () => resolve({ server, drain }));
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

/** What a person is told of an address that cannot be listened on. */
export function listenFailure(error: NodeJS.ErrnoException, address: string, port: number): Failure {
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      'port_in_use',
      `Port ${port} on ${address} is taken. Stop what uses it, or choose another with --port.`,
      { cause: error },
    );
  }
  return new Failure('not_listening', `${address}:${port} cannot be listened on: ${error.message}.`, { cause: error });
}
