import { once } from 'node:events';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Connections that are open now. */
  connections(): number;
}

/** A real HTTP server on a free port of loopback. A handler that fails fails the test run. */
export const listen = (
  handler: (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => unknown,
  { port = 0, ...options }: http.ServerOptions & { port?: number } = {},
): Promise<Listening> =>
  listening(
    http.createServer(options, (incoming, outgoing) => {
      void handler(incoming, outgoing);
    }),
    port,
  );

/** A server that sees and sends bytes: for answers that no HTTP library would make. */
export const listenRaw = (handler: (socket: net.Socket) => void): Promise<Listening> =>
  listening(
    net.createServer((socket) => {
      socket.on('error', () => undefined);
      handler(socket);
    }),
    0,
  );

async function listening(server: net.Server, port: number): Promise<Listening> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://127.0.0.1:${bound}/mcp`,
    connections: () => sockets.size,
    [Symbol.asyncDispose]: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      if (server.listening) await once(server, 'close');
    },
  };
}
