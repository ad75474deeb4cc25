import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { childMetadata } from './child-metadata.ts';

/** An account of its own, without rights and without a token; nothing where the manifest names another. */
export function serviceAccount(server: McpServer): KubernetesObject | undefined {
  if (server.spec.serviceAccountName !== undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: childMetadata(server),
    automountServiceAccountToken: false,
  };
}

/** The account that the pods run as. */
export const serviceAccountName = ({ metadata, spec }: McpServer): string => spec.serviceAccountName ?? metadata.name;
