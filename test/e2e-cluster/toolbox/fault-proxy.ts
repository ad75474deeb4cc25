import type { Socket } from 'node:net';
import { relay, type Address } from './relay.ts';

/** How the way to the API server is: open; frozen (nothing passes either way, nothing is refused); refusing connections. */
export interface Fault {
  readonly mode: 'pass' | 'freeze' | 'refuse';
  /** Resets every connection now, and again after each of these seconds. */
  readonly resetEverySeconds?: number;
}

export interface FaultProxy {
  /** Answers how many connections there are. */
  set(fault: Fault): { readonly connections: number };
}

/** Stands before the API server. TLS goes through it untouched. */
export function startFaultProxy(port: number, apiServer: Address): FaultProxy {
  const pairs = new Map<Socket, Socket>();
  let mode: Fault['mode'] = 'pass';
  let resets: NodeJS.Timeout | undefined;

  relay(port, apiServer, (client, upstream) => {
    if (mode === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    pairs.set(client, upstream);
    client.once('close', () => pairs.delete(client));
    client.pipe(upstream);
    upstream.pipe(client);
    if (mode === 'freeze') freeze(client, upstream);
  });

  const reset = (): void => {
    for (const client of pairs.keys()) client.resetAndDestroy();
  };

  return {
    set({ mode: next, resetEverySeconds }) {
      clearInterval(resets);
      if (resetEverySeconds !== undefined) {
        reset();
        resets = setInterval(reset, resetEverySeconds * 1000);
      }
      mode = next;
      if (mode === 'refuse') reset();
      for (const [client, upstream] of pairs) (mode === 'freeze' ? freeze : thaw)(client, upstream);
      return { connections: pairs.size };
    },
  };
}

function freeze(...sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.unpipe().pause();
}

function thaw(client: Socket, upstream: Socket): void {
  client.unpipe().pipe(upstream);
  upstream.unpipe().pipe(client);
}
