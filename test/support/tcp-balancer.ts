import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';

/** Like a Service of Kubernetes: spreads connections over its targets, and leaves a connection where it once went. */
export interface TcpBalancer extends AsyncDisposable {
  readonly port: number;
  /** Of new connections, in turn. With none, connections are reset. */
  targets: readonly NetConnectOpts[];
  /** Resets every connection that exists. */
  reset(): void;
}

export async function startTcpBalancer(...targets: readonly NetConnectOpts[]): Promise<TcpBalancer> {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const target = balancer.targets[turn++ % balancer.targets.length];
    if (!target) {
      client.on('error', () => undefined).resetAndDestroy();
      return;
    }
    const backend = connect({ ...target, noDelay: true, allowHalfOpen: true });
    join(client, backend);
    join(backend, client);
  });

  /** Bytes, ends and resets arrive at the other side as what they are. */
  function join(from: Socket, to: Socket): void {
    sockets.add(from);
    from.pipe(to);
    from.on('error', () => cut(to));
    from.on('close', () => sockets.delete(from));
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const reset = (): void => {
    for (const socket of sockets) cut(socket);
  };
  const balancer: TcpBalancer = {
    port: (server.address() as AddressInfo).port,
    targets,
    reset,
    [Symbol.asyncDispose]: async () => {
      server.close();
      reset();
      await once(server, 'close');
    },
  };
  return balancer;
}

/** Unix sockets know no reset. */
const cut = (socket: Socket): unknown => (socket.remoteFamily ? socket.resetAndDestroy() : socket.destroy());
