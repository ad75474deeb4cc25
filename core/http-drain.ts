import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

export interface DrainTimes {
  /** Milliseconds without a new request after which none is expected. */
  readonly quietMs: number;
  /** Milliseconds after which it is not waited for any longer. */
  readonly mostMs: number;
}

/** How a server ends without losing a request. */
export interface HttpDrain {
  /**
   * From now on every answer says `Connection: close` (RFC 9112 section 9.6), so that clients go elsewhere with their next
   * request. Everything is served as before, new connections too, because not all that send requests have heard of our end;
   * resolves when none has come for `quietMs`, or after `mostMs`.
   */
  untilQuiet(times: DrainTimes): Promise<void>;
  /** No new connections, and idle ones are closed; resolves when requests under way have ended, or are cut off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Milliseconds between looks for quiet, and for connections that have become idle: Node closes only those that are idle at first. */
const LOOK_MS = 50;
/**
 * Looks after which a connection that had an answer is idle: its head may have been too early to say close, and the next request be on its way. Whoever
 * has waited for quiet before waits as long for that one.
 */
const LOOKS = 3;

/** Follows the connections of a server from its start. */
export function httpDrain(server: Server): HttpDrain {
  /** And at how many looks each was idle. */
  const sockets = new Map<Socket & { readonly _httpMessage?: ServerResponse | null }, number>();
  let isDraining = false;
  let requests = 0;
  let looksUntilIdle = LOOKS;
  server.on('connection', (socket: Socket) => {
    sockets.set(socket, 0);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_incoming, outgoing: ServerResponse) => {
    if (!isDraining) return;
    requests++;
    outgoing.shouldKeepAlive = false;
  });

  /** What an answer on its way cannot say any more, the next one on its connection does. */
  const sayClose = (): void => {
    isDraining = true;
    // As Node itself finds the answer that is under way on a connection.
    for (const { _httpMessage: outgoing } of sockets.keys()) if (outgoing) outgoing.shouldKeepAlive = false;
  };

  return {
    untilQuiet: async ({ quietMs, mostMs }) => {
      sayClose();
      const lookMs = Math.min(LOOK_MS, quietMs);
      const enough = Math.ceil(quietMs / lookMs);
      looksUntilIdle = Math.max(LOOKS, Math.ceil(quietMs / LOOK_MS));
      const end = performance.now() + mostMs;
      // Looks are counted, not time: while the process stands still, requests wait unread.
      for (let quietLooks = 0; quietLooks < enough && performance.now() < end;) {
        const before = requests;
        await sleep(lookMs);
        // After what was waiting has been read.
        await setImmediate();
        quietLooks = requests === before ? quietLooks + 1 : 0;
      }
    },
    close: async (graceMs) => {
      sayClose();
      const closed = new Promise((resolve) => server.close(resolve));
      const closeIdle = (): void => {
        for (const [socket, looks] of sockets) {
          sockets.set(socket, socket._httpMessage ? 0 : looks + 1);
          // Opened for later, as browsers do: Node does not count them as idle before their first request.
          if (socket.bytesRead === 0) socket.destroy();
        }
        const hasJustAnswered = [...sockets.values()].some((looks) => looks > 0 && looks < looksUntilIdle);
        if (!hasJustAnswered) server.closeIdleConnections();
      };
      const looking = setInterval(closeIdle, LOOK_MS);
      const cutOff = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(looking);
      clearTimeout(cutOff);
    },
  };
}
