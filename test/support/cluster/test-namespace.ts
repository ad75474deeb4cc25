import { randomBytes } from 'node:crypto';
import type { ClusterApi } from './cluster-api.ts';

export interface TestNamespace extends AsyncDisposable {
  readonly name: string;
}

/** A namespace that lets in only what meets Pod Security `restricted`. It goes in the background: waiting for that is a test of its own. */
export async function createNamespace(api: ClusterApi, prefix = 'e2e'): Promise<TestNamespace> {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  await api.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted', 'mooring.test/e2e': 'true' } },
  });
  return { name, [Symbol.asyncDispose]: async () => api.remove('Namespace', { name }) };
}
