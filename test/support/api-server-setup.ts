import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startProcessGuard, type ProcessGuard } from '../../core/process-guard.ts';
import { installDefinition } from '../kubernetes/install-definition.ts';
import { apiServerPrograms } from '../kubernetes/programs.ts';
import { startApiServer, type ApiServer } from '../kubernetes/start-api-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Unix socket of a web server that answers with the folder of the API server of this test run. */
    apiServerDoor: string;
  }
}

/** What the tests are told. */
export interface ApiServerFacts {
  readonly url: string;
  readonly kubeconfig: string;
  readonly authority: { readonly cert: string; readonly key: string };
}

/** One API server for a whole run of vitest, started when the first test asks for it, as with PostgreSQL. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  let guard: ProcessGuard | undefined;
  let server: Promise<ApiServer> | undefined;

  async function start(): Promise<ApiServer> {
    const programs = await apiServerPrograms();
    const ends = startProcessGuard();
    guard = ends;
    ends.removeAtEnd(folder);
    const state = join(folder, 'kubernetes');
    await mkdir(state);
    const started = await startApiServer({
      folder: state,
      programs,
      onStart: (pid) => ends.protect(pid, { signal: 'SIGTERM', group: false }),
    });
    await installDefinition(started.kubeconfig);
    return started;
  }

  const door = createServer((_request, response) => {
    server ??= start();
    server.then(
      ({ url, kubeconfig, authority: { cert, key } }) => {
        response.end(JSON.stringify({ url, kubeconfig, authority: { cert, key } } satisfies ApiServerFacts));
      },
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.stack : String(error)),
    );
  });
  const path = join(folder, 'door.sock');
  door.listen(path);
  await once(door, 'listening');
  door.unref();
  project.provide('apiServerDoor', path);

  return async () => {
    door.close();
    const running = await server?.catch(() => undefined);
    for (const pid of running?.pids ?? []) guard?.release(pid);
    await running?.stop();
    await guard?.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
