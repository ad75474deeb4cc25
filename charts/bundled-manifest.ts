import { parse, stringify } from 'yaml';
import { bundledServer } from '../core/bundled-servers.ts';
import { GATEWAY_ADDRESS_VARIABLE, OBJECTS, PORTS } from '../core/pod-paths.ts';
import type { McpServerSpec } from '../crds/mcpserver.ts';

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: McpServerSpec;
}

/** Where a pod finds its key encryption key: of Secret `<server>-kek`, whose key is `kek`. */
const KEK_FOLDER = '/var/run/mooring/kek';

/**
 * What a server has on a cluster alone. systemprompt runs commands for its callers: it reaches the API server as a ServiceAccount that the chart makes
 * (templates/rbac.yaml), whose token no other pod of ours gets, and the gateway by its Service, for the public URL may lead nowhere from a pod.
 */
const ON_CLUSTER: Readonly<Record<string, Partial<McpServerSpec>>> = {
  systemprompt: {
    env: [{ name: GATEWAY_ADDRESS_VARIABLE, value: `http://${OBJECTS.gateway}:${PORTS.gateway}` }],
    serviceAccountName: 'mooring-systemprompt',
    podTemplate: { spec: { automountServiceAccountToken: true } },
  },
};

/**
 * The manifest of a bundled server for a cluster, from that for a laptop: there a Secret is a folder whose files are variables,
 * here the operator makes it with the keys that databases of Kubernetes have. The template adds the image.
 */
export function bundledManifest(local: string): string {
  const { spec, ...manifest } = parse(local) as Manifest;
  const { envFrom: _, env: __, ...rest } = spec;
  const { name } = manifest.metadata;
  const { env: more = [], ...onCluster } = ON_CLUSTER[name] ?? {};
  const database = { name: `${name}-database`, key: 'url' };
  const kek = bundledServer(name)?.hasKek
    ? {
        env: [{ name: 'MOORING_KEK_FILE', value: `${KEK_FOLDER}/kek` }],
        volumes: [{ name: 'kek', mountPath: KEK_FOLDER, readOnly: true, secret: { secretName: `${name}-kek` } }],
      }
    : { env: [], volumes: undefined };
  return `# Written by \`node charts/generate.ts\` from examples/local; do not edit.\n${stringify({
    ...manifest,
    spec: {
      ...rest,
      env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: database } }, ...kek.env, ...more],
      ...(kek.volumes && { volumes: kek.volumes }),
      ...onCluster,
    },
  })}`;
}
