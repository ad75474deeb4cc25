import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../core/embedded-postgres/embedded-postgres.ts';
import { createLog } from '../../core/log.ts';
import { startProcessGuard } from '../../core/process-guard.ts';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Unix socket of a web server that answers with the administrator's URL of a database. */
    postgresDoor: string;
  }
}

/**
 * One PostgreSQL for a whole run of vitest, started when the first test asks for it, because most runs of a few unit tests
 * never do. Tests run in processes of their own, so they ask through a socket.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  const guard = startProcessGuard();
  guard.removeAtEnd(folder);
  let postgres: Promise<EmbeddedPostgres> | undefined;

  const door = createServer((_request, response) => {
    postgres ??= startEmbeddedPostgres({ folder: join(folder, 'postgres'), guard, log: createLog('postgres') });
    postgres.then(
      ({ adminUrl }) => response.end(adminUrl),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  const path = join(folder, 'door.sock');
  door.listen(path);
  await once(door, 'listening');
  door.unref();
  project.provide('postgresDoor', path);

  return async () => {
    door.close();
    await postgres?.then((running) => running.stop()).catch(() => {});
    await guard.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
