import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { Log } from '../log.ts';
import type { ProcessGuard } from '../process-guard.ts';
import { markers } from './former-server.ts';
import { pathFor, type ProgramContext, startProgram } from './program.ts';
import { networkSettings, SETTINGS } from './settings.ts';

export interface Server {
  /** How it ended, in words. Never rejects. */
  readonly ended: Promise<string>;
  /** Ends it in order; a client that is connected is cut off. */
  stop(): Promise<void>;
}

interface ServerContext extends ProgramContext {
  readonly socket: string;
  /** Where it also listens on every address. */
  readonly networkPort: number | undefined;
  readonly guard: ProcessGuard;
  readonly log: Log;
}

/** What the server says when it takes connections. The text is fixed by LC_ALL=C. */
const READY = 'database system is ready to accept connections';

/** Starting takes 20 ms; recovering from a crash reads at most 64 MB of log (settings.ts), seconds on a slow disk. */
const START_PATIENCE_MS = 60_000;
/** A fast shutdown writes out at most 16 MB. */
const STOP_PATIENCE_MS = 10_000;

/** Starts `postgres` on the data folder; resolves when it takes connections. */
export async function startServer(context: ServerContext): Promise<Server> {
  const { data, networkPort, guard, log } = context;
  const settings = {
    ...SETTINGS,
    ...(networkPort !== undefined && networkSettings(networkPort)),
    // A list, in which quotes keep commas of a path from separating.
    unix_socket_directories: `"${pathFor(context, context.socket).replaceAll('"', '""')}"`,
  };
  const args = [...Object.entries(settings).map(([name, value]) => `${name}=${value}`), ...markers(data)];

  let stopping = false;
  let isReady = () => {};
  const ready = new Promise<true>((resolve) => {
    isReady = () => resolve(true);
  });
  const program = startProgram(
    'postgres',
    ['-D', pathFor(context, data), ...args.flatMap((arg) => ['-c', arg])],
    context,
    (line) => {
      if (line.includes(READY)) isReady();
      log[stopping ? 'debug' : levelOf(line)]({ line }, 'PostgreSQL');
    },
  );
  const { process: child, ended, lastLines } = program;
  const { pid } = child;
  if (pid) {
    guard.protect(pid, { signal: 'SIGINT', group: false });
    child.once('exit', () => guard.release(pid));
  }

  const stop = async () => {
    stopping = true;
    // pg_ctl(1): SIGINT is a fast shutdown, SIGQUIT an immediate one, after which the next start recovers.
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      child.kill(signal);
      if (await within(STOP_PATIENCE_MS, ended)) return;
    }
  };

  if ((await within(START_PATIENCE_MS, Promise.race([ready, ended]))) === true) return { ended, stop };
  await stop();
  throw new Failure('postgres_not_started', 'The embedded PostgreSQL did not start. The log has its last lines.', {
    status: 503,
    detail: { outcome: await ended, lastLines },
  });
}

/** ERROR and FATAL are for the client, which got them; a failed start carries the last lines. */
function levelOf(line: string): 'debug' | 'warn' | 'error' {
  if (line.startsWith('PANIC:')) return 'error';
  return line.startsWith('WARNING:') ? 'warn' : 'debug';
}

/** The outcome, or undefined where it takes longer. */
async function within<T>(ms: number, outcome: Promise<T>): Promise<T | undefined> {
  const controller = new AbortController();
  try {
    return await Promise.race([outcome, delay(ms, undefined, { signal: controller.signal })]);
  } finally {
    controller.abort();
  }
}
