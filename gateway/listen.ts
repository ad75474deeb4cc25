import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { createServer, type Server } from 'node:http';
import { Failure } from '../core/failure.ts';
import type { GatewayEnv } from './gateway-env.ts';

export interface ListenOptions {
  readonly port: number;
  /** One address; without it loopback only, IPv4 and, where there is one, IPv6. */
  readonly address: string | undefined;
  /** Bytes. */
  readonly maxHeaderSize: number;
  /** Seconds for a request to arrive whole. */
  readonly requestSeconds: number;
}

export interface Listener {
  /** No new connections; resolves when requests under way have ended, or are cut off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Milliseconds. Longer than clients and proxies keep theirs (nginx 60 s, undici 4 s), so that it is never us who closes a connection that is just being used. */
const KEEP_ALIVE_MS = 75_000;

/** Listens on every address before it resolves. Throws `port_in_use`. */
export async function listen(app: Hono<GatewayEnv>, options: ListenOptions): Promise<Listener> {
  const addresses = options.address === undefined ? ['127.0.0.1', '::1'] : [options.address];
  const servers: Server[] = [];
  try {
    for (const address of addresses) {
      const server = await bind(app, address, options);
      if (server) servers.push(server);
    }
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
  return {
    close: async (graceMs) => {
      await Promise.all(servers.map(async (server) => closeGracefully(server, graceMs)));
    },
  };
}

async function bind(app: Hono<GatewayEnv>, address: string, options: ListenOptions): Promise<Server | undefined> {
  const { port, maxHeaderSize, requestSeconds } = options;
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer(
    {
      maxHeaderSize,
      requestTimeout: requestSeconds * 1000,
      headersTimeout: requestSeconds * 1000,
      keepAliveTimeout: KEEP_ALIVE_MS,
      // Answers may take hours: streams, slow tools.
      noDelay: true,
    },
    (incoming, outgoing) => void answer(incoming, outgoing),
  );
  const { promise, resolve, reject } = Promise.withResolvers<Server | undefined>();
  server.once('error', (error: NodeJS.ErrnoException) => {
    // Machines without IPv6 have no ::1.
    if (address === '::1' && (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')) resolve(undefined);
    else reject(asFailure(error, address, port));
  });
  server.listen(port, address, () => resolve(server));
  return promise;
}

async function closeGracefully(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(cutOff);
}

function asFailure(error: NodeJS.ErrnoException, address: string, port: number): Failure {
  if (error.code === 'EADDRINUSE') {
    return new Failure(
      'port_in_use',
      `Port ${port} on ${address} is taken. Stop what uses it, or choose another with --port.`,
      {
        cause: error,
      },
    );
  }
  return new Failure('not_listening', `${address}:${port} cannot be listened on: ${error.message}.`, { cause: error });
}
