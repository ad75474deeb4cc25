import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log.ts';
import type { Server } from './server.ts';

/** Between two attempts: a server that fails at once must not spin, and a client's next retry is about that far away. */
const RESTART_AFTER_MS = 1000;

/** Starts the server, and again whenever it ends by itself. The first start may fail; later ones are tried until `stop`. */
export async function keepRunning(start: () => Promise<Server>, log: Log): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  let server = await start();

  const watch = async (): Promise<void> => {
    for (;;) {
      const outcome = await server.ended;
      if (stopping.signal.aborted) return;
      log.error({ outcome }, 'PostgreSQL ended by itself; it is started again');
      await delay(RESTART_AFTER_MS, undefined, { signal: stopping.signal }).catch(() => {});
      if (stopping.signal.aborted) return;
      await start().then(
        (again) => (server = again),
        (error: unknown) => log.error({ err: error }, 'PostgreSQL did not start again'),
      );
      // `stop` came while it started, and has seen only the one before.
      if (stopping.signal.aborted) await server.stop();
    }
  };
  const watching = watch();

  return {
    async stop() {
      stopping.abort();
      await server.stop();
      await watching;
    },
  };
}
