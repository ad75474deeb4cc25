import { createHash } from 'node:crypto';
import { connect, createServer } from 'node:net';

/** Ports of servers, as fixed in the design. */
const FIRST = 5000;
const COUNT = 1000;

/** `fetch` refuses these ports of SIP (WHATWG Fetch, "bad port"). */
const FORBIDDEN: ReadonlySet<number> = new Set([5060, 5061]);

const HOST = '127.0.0.1';

/** The ports that our servers hold, running or about to. */
export interface Ports {
  /** Holds the wanted port where it is free, else a free one of 5000–5999, the same for the same owner as far as possible; undefined where all are taken. */
  hold(owner: string, wanted: number | undefined): Promise<number | undefined>;
  /** Whether a held port can still be listened on. */
  isFree(port: number): Promise<boolean>;
  release(port: number): void;
}

export function openPorts(): Ports {
  const held = new Set<number>();

  /** Reserved before it is probed, so that two who look at the same time never get the same one. */
  async function tryHold(port: number): Promise<boolean> {
    if (held.has(port) || FORBIDDEN.has(port)) return false;
    held.add(port);
    if (await isFree(port)) return true;
    held.delete(port);
    return false;
  }

  return {
    async hold(owner, wanted) {
      if (wanted !== undefined && (await tryHold(wanted))) return wanted;
      const start = createHash('sha256').update(owner).digest().readUInt32BE() % COUNT;
      for (let step = 0; step < COUNT; step++) {
        const port = FIRST + ((start + step) % COUNT);
        if (await tryHold(port)) return port;
      }
      return undefined;
    },
    isFree,
    release: (port) => void held.delete(port),
  };
}

/** Nobody listens there and we could. Both are asked: macOS lets a second one bind beside a wildcard listener. */
async function isFree(port: number): Promise<boolean> {
  return (await canListen(port)) && !(await isListening(port));
}

async function canListen(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}

async function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port, host: HOST }, () => resolve(true)).once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}
