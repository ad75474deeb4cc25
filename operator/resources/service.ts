import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { childMetadata } from './child-metadata.ts';
import { PORT_NAME } from './container-port.ts';
import { selectorLabels } from './labels.ts';
import type { ServiceSpec } from './kubernetes-types.ts';

/** Of every Service, whatever port the pods listen on: an edit of `spec.port` then changes no address while old pods still serve. */
const SERVICE_PORT = 8080;

/** One address for all pods of a server. The port of each pod is found by its name: pods of before and after an edit of `spec.port` both serve. */
export function service(server: McpServer): KubernetesObject & { readonly spec: ServiceSpec } {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: childMetadata(server),
    spec: {
      type: 'ClusterIP',
      selector: { ...selectorLabels(server) },
      ports: [{ name: PORT_NAME, port: SERVICE_PORT, targetPort: PORT_NAME, protocol: 'TCP', appProtocol: 'http' }],
    },
  };
}

/**
 * Origin of the Service within the cluster. Without the cluster's domain, which is not the same everywhere, and without `.svc`: pods search
 * `svc.<domain>` before `<domain>`, and `a.b.svc.svc.<domain>` is a pod of whoever has a namespace called `svc` (Kubernetes DNS specification, 2.4).
 */
export const serviceOrigin = ({ metadata }: Pick<McpServer, 'metadata'>): string =>
  `http://${metadata.name}.${metadata.namespace}:${SERVICE_PORT}`;
