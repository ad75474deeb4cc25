import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openKubernetesApi, type ApiCall, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { kubeconfigText } from '../kubernetes/start-api-server.ts';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import type { TestNamespace } from './api-server.ts';

export interface FaultyApiServer extends AsyncDisposable {
  readonly proxy: FaultProxy;
  /** As a ServiceAccount that may do everything in the namespace, through the proxy. */
  readonly api: KubernetesApi;
  readonly calls: readonly ApiCall[];
  /** Of that ServiceAccount; the token is read from `tokenFile`. */
  readonly kubeconfig: string;
  readonly tokenFile: string;
}

/** A proxy that can fail in front of the API server of the tests. TLS ends in it. */
export async function faultyApiServer(space: TestNamespace): Promise<FaultyApiServer> {
  const { server } = space;
  const account = `account-${randomBytes(4).toString('hex')}`;
  const token = await serviceAccount(space, account);
  const { cert, key } = server.authority.issue({ commonName: 'proxy', hosts: ['127.0.0.1'] });
  const { hostname: host, port } = new URL(server.url);
  const proxy = await startFaultProxy({
    target: { host, port: Number(port) },
    tls: { cert, key, ca: server.authority.cert },
  });
  const folder = dirname(server.kubeconfig);
  const tokenFile = join(folder, `${account}.token`);
  const kubeconfig = join(folder, `${account}.kubeconfig`);
  await writeFile(tokenFile, token);
  await writeFile(kubeconfig, kubeconfigText(`https://127.0.0.1:${proxy.port}`, server.authority.cert, { tokenFile }));
  const calls: ApiCall[] = [];
  const api = openKubernetesApi({ kubeconfig, onCall: (call) => calls.push(call) });
  return {
    proxy,
    api,
    calls,
    kubeconfig,
    tokenFile,
    async [Symbol.asyncDispose]() {
      await api.close();
      await proxy.close();
    },
  };
}

/** Makes a ServiceAccount that may do everything in the namespace; resolves with a token of it, good for an hour. */
export async function serviceAccount({ api, name: namespace }: TestNamespace, name: string): Promise<string> {
  const make = (path: string, body: object) => api.request({ method: 'POST', path, body });
  const core = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  await make(core, { metadata: { name } });
  await make(`/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings`, {
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name, namespace }],
  });
  const answer = await make(`${core}/${name}/token`, { spec: { expirationSeconds: 3600 } });
  return (answer['status'] as { token: string }).token;
}
