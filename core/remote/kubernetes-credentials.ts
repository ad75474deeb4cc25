import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { caBundle } from './ca-bundle.ts';
import { headerFields } from './header-fields.ts';
import { askForRole, type Reader } from './reading-role.ts';
import {
  CredentialsProblem,
  REMOTE_HOST_ANNOTATION,
  remoteHost,
  type RemoteCredentials,
} from './remote-credentials.ts';

const SECRET: ResourceKind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };
const CONFIG_MAP: ResourceKind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

interface Data extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

export interface KubernetesCredentialsOptions {
  /** Speaks as the gateway, also in the operator: so one Role for one reader is enough, and the operator can read no Secret by itself. */
  readonly api: Pick<KubernetesApi, 'request'>;
  readonly reader: Reader;
}

/** Milliseconds. Somebody waits for an answer of the server behind it. */
const TIMEOUT_MS = 5000;

/** Credentials from Secrets and ConfigMaps of the server's namespace. Rejects with an ApiError where the API server does not answer. */
export function kubernetesCredentials({ api, reader }: KubernetesCredentialsOptions): RemoteCredentials {
  async function read(server: McpServer, kind: ResourceKind, name: string): Promise<Data> {
    const { namespace } = server.metadata;
    const what = `${kind.kind} "${name}" of namespace ${namespace}`;
    try {
      return await api.request<Data>({ path: pathOf(kind, namespace, name), timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Who it was asked as could not be found out.
      if (error.cause instanceof CredentialsProblem) throw error.cause;
      if (error.status === 403) throw new CredentialsProblem('AccessMissing', askForRole(what, server, reader));
      if (error.status === 404) throw new CredentialsProblem(`${kind.kind}Missing`, `${what} is not there. Create it.`);
      throw error;
    }
  }

  return {
    async headers(server) {
      const name = server.spec.remote?.headersFrom?.secretRef.name;
      if (name === undefined) return {};
      const { metadata, data = {} } = await read(server, SECRET, name);
      checkBinding(server, name, metadata.annotations?.[REMOTE_HOST_ANNOTATION]);
      const texts = Object.entries(data).map(([key, value]): [string, string] => [
        key,
        Buffer.from(value, 'base64').toString(),
      ]);
      return headerFields(new Map(texts), `Secret "${name}"`);
    },
    async ca(server) {
      const name = server.spec.remote?.caBundleFrom?.configMapRef.name;
      if (name === undefined) return undefined;
      const { data = {} } = await read(server, CONFIG_MAP, name);
      return caBundle(Object.values(data), `ConfigMap "${name}"`);
    },
  };
}

function checkBinding(server: McpServer, name: string, bound: string | undefined): void {
  const host = remoteHost(server);
  if (bound === host) return;
  const found =
    bound === undefined
      ? 'does not say which host it is for'
      : `is for the host "${bound.slice(0, 253)}", not for "${host}"`;
  const annotate = `kubectl -n ${server.metadata.namespace} annotate --overwrite secret ${name} ${REMOTE_HOST_ANNOTATION}=${host}`;
  throw new CredentialsProblem(
    'HostNotBound',
    `Secret "${name}" ${found}. If its owner means it for this server: ${annotate}`,
  );
}
