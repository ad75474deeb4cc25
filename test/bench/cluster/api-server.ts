import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcessGuard } from '../../../core/process-guard.ts';
import { openKubernetesApi, type KubernetesApi } from '../../../crds/kubernetes/kubernetes-api.ts';
import { installDefinition } from '../../kubernetes/install-definition.ts';
import { apiServerPrograms } from '../../kubernetes/programs.ts';
import { startApiServer, type ApiServer } from '../../kubernetes/start-api-server.ts';

/** Where the operator takes itself to be installed, and where the servers are. */
export const HOME = 'mooring-system';
export const FLEET = 'fleet';

export interface BenchApiServer extends AsyncDisposable {
  readonly server: ApiServer;
  /** For kubeconfig files. */
  readonly folder: string;
  /** As administrator. */
  readonly api: KubernetesApi;
}

/** A real API server and no controllers: what is measured is Mooring, and no pod takes a core from it. */
export async function startBenchApiServer(): Promise<BenchApiServer> {
  const stack = new AsyncDisposableStack();
  const programs = await apiServerPrograms();
  const folder = await mkdtemp(join(tmpdir(), 'mooring-bench-'));
  stack.defer(async () => rm(folder, { recursive: true, force: true }));
  const guard = startProcessGuard();
  guard.removeAtEnd(folder);
  stack.defer(async () => guard.stop());
  const state = join(folder, 'kubernetes');
  await mkdir(state);
  const onStart = (pid: number): void => guard.protect(pid, { signal: 'SIGTERM', group: false });
  const server = await startApiServer({ folder: state, programs, onStart });
  stack.defer(async () => {
    for (const pid of server.pids) guard.release(pid);
    await server.stop();
  });
  await installDefinition(server.kubeconfig);
  const api = openKubernetesApi({ kubeconfig: server.kubeconfig });
  stack.defer(async () => api.close());
  for (const name of [HOME, FLEET]) {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    await api.request({ method: 'POST', path: '/api/v1/namespaces', body });
  }
  return { server, folder, api, [Symbol.asyncDispose]: async () => stack.disposeAsync() };
}
