import { existsSync, readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import type { ClusterConnection, TlsIdentity } from './connection.ts';
import { freshFile } from './fresh-file.ts';

/** Where Kubernetes mounts the ServiceAccount of a pod ("Accessing the Kubernetes API from a Pod"). */
const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

const address = () => ({
  host: process.env['KUBERNETES_SERVICE_HOST'],
  port: process.env['KUBERNETES_SERVICE_PORT'],
});

export function isInCluster(): boolean {
  const { host, port } = address();
  return Boolean(host && port) && existsSync(`${FOLDER}/token`);
}

/** As the ServiceAccount of the pod that this process runs in. */
export function inClusterConnection(folder = FOLDER): ClusterConnection {
  const { host = '', port = '' } = address();
  const ca = freshFile(`${folder}/ca.crt`);
  const token = freshFile(`${folder}/token`);
  let identity: TlsIdentity = {};
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: existsSync(`${folder}/namespace`) ? readFileSync(`${folder}/namespace`, 'utf8').trim() : undefined,
    async tls() {
      const found = await ca.read();
      if (identity.ca !== found) identity = { ca: found };
      return identity;
    },
    headers: async (anew) => ({ authorization: `Bearer ${(await token.read(anew)).toString().trim()}` }),
  };
}
