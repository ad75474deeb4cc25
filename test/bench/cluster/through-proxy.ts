import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigOf } from '../../kubernetes/start-api-server.ts';
import { startFaultProxy, type FaultProxy } from '../../support/fault-proxy.ts';
import { until } from '../../support/mooring.ts';
import { startBenchApiServer, type BenchApiServer } from './api-server.ts';
import { openFleet, type Fleet } from './fleet.ts';
import { startOperator, type BenchOperator } from './operator.ts';

export interface ThroughProxy extends AsyncDisposable {
  readonly rig: BenchApiServer;
  readonly proxy: FaultProxy;
  readonly fleet: Fleet;
  readonly operator: BenchOperator;
}

/** A fleet whose operator reaches the API server through a proxy that can fail; we do not. Answers when all is at rest. */
export async function startThroughProxy(servers: readonly string[]): Promise<ThroughProxy> {
  const stack = new AsyncDisposableStack();
  const rig = stack.use(await startBenchApiServer());
  const { hostname: host, port } = new URL(rig.server.url);
  const proxy = await startFaultProxy({ target: { host, port: Number(port) } });
  stack.defer(async () => proxy.close());
  const kubeconfig = join(rig.folder, 'through-proxy');
  const admin = { commonName: 'admin', organizations: ['system:masters'] };
  await writeFile(kubeconfig, kubeconfigOf(`https://127.0.0.1:${proxy.port}`, rig.server.authority, admin));
  const fleet = stack.use(await openFleet(rig.api));
  const operator = stack.use(await startOperator({ folder: rig.folder, kubeconfig }));
  await fleet.createMany(servers);
  await until(async () => fleet.complete() === servers.length, 'every server to be complete', 120_000);
  return { rig, proxy, fleet, operator, [Symbol.asyncDispose]: async () => stack.disposeAsync() };
}
