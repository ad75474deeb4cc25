import { setTimeout as delay } from 'node:timers/promises';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../core/embedded-postgres/embedded-postgres.ts';
import { Failure } from '../../core/failure.ts';
import { createLog, type Log } from '../../core/log.ts';
import { readFileIfThere } from '../../core/private-file.ts';
import { startProcessGuard } from '../../core/process-guard.ts';
import { StopStack } from '../../core/stop-stack.ts';
import type { PostgresOptions } from '../commands/postgres.ts';
import { untilSignal } from '../until-signal.ts';

/** Milliseconds between looks at the password file: the system brings an edited Secret within a minute or so. */
const POLL_MS = 1000;

/** Runs PostgreSQL until it is asked to stop. Throws a Failure where it cannot start. */
export async function servePostgres({ data, passwordFile, port }: PostgresOptions): Promise<void> {
  const started = new StopStack();
  const log = createLog('postgres');
  try {
    await readPassword(passwordFile);
    const guard = started.adopt(startProcessGuard(), async (shell) => shell.stop());
    const postgres = await startEmbeddedPostgres({ folder: data, networkPort: port, guard, log });
    started.defer(async () => postgres.stop());
    await postgres.setAdminPassword(await readPassword(passwordFile));
    started.defer(followPassword(passwordFile, postgres, log));
    log.info(`PostgreSQL listens on port ${port}`);
    await untilSignal(log);
  } finally {
    await started.stop();
  }
}

/** Gives the superuser what the file says, whenever that has become something else. Returns how to stop. */
function followPassword(file: string, postgres: EmbeddedPostgres, log: Log): () => Promise<void> {
  const stopping = new AbortController();
  const { signal } = stopping;
  const follow = async (): Promise<void> => {
    for (let told = ''; !signal.aborted; await delay(POLL_MS, undefined, { signal }).catch(() => {})) {
      try {
        await postgres.setAdminPassword(await readPassword(file));
        told = '';
      } catch (error) {
        // Said once for each state, not once a second.
        if (String(error) !== told) log.error({ err: error }, 'The password of the superuser stays as it was');
        told = String(error);
      }
    }
  };
  const following = follow();
  return async () => {
    stopping.abort();
    await following;
  };
}

async function readPassword(file: string): Promise<string> {
  const text = (await readFileIfThere(file))?.trim();
  if (text) return text;
  throw new Failure(
    'password_missing',
    `There is no password in ${file}. On a cluster the operator makes the Secret mooring-database; elsewhere write one there, or name another file with --password-file.`,
  );
}
