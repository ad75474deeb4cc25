import type { Log } from '../core/log.ts';

/** Milliseconds. Ctrl-C in `npm start` arrives twice, from the terminal and from npm; a person's second one comes later. */
const SAME_REQUEST_MS = 1000;

/** Milliseconds: `npm start` that was killed is gone for its user at once, and one look costs nothing. */
const ORPHAN_LOOK_MS = 500;

/** Resolves at the first request to stop. A later one ends the process at once: the process guard cleans up behind it. */
export async function untilSignal(log: Log): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
  let askedAt: number | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (askedAt !== undefined && performance.now() - askedAt > SAME_REQUEST_MS) process.exit(1);
      askedAt ??= performance.now();
      resolve(signal);
    });
  }
  // npm passes signals on, but not its own sudden end.
  const parent = process.ppid;
  const orphaned = setInterval(() => {
    if (process.ppid !== parent) resolve('SIGHUP');
  }, ORPHAN_LOOK_MS).unref();
  if (process.env['npm_lifecycle_event'] === undefined) clearInterval(orphaned);
  log.info(`${await promise}: stopping`);
  clearInterval(orphaned);
}
