import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Passes connections on, each to whom the Service chooses now. It outlives gateway pods, which a port-forward would not. */
export function relay(port: number, to: Address, judge: (client: Socket, upstream: Socket) => void = join): Server {
  return createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const upstream = connect({ ...to, allowHalfOpen: true, noDelay: true });
    // What one side does to the connection, the other side sees.
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy());
    upstream.on('error', () => client.resetAndDestroy()).on('close', () => client.destroy());
    judge(client, upstream);
  }).listen(port);
}

function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream);
  upstream.pipe(client);
}
