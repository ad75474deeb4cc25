import type { KubernetesMeta } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_VERSION, KIND, type McpServer } from '../../crds/mcpserver.ts';
import { childLabels } from './labels.ts';

/** Metadata of a child: named like its server, and collected with it, because the server owns and controls it. */
export function childMetadata(server: Pick<McpServer, 'metadata'>): KubernetesMeta {
  const { name, namespace, uid } = server.metadata;
  return {
    name,
    namespace,
    labels: childLabels(server),
    // Without blockOwnerDeletion: it would need a right on finalizers (admission OwnerReferencesPermissionEnforcement), for foreground deletion alone.
    ownerReferences: [{ apiVersion: API_VERSION, kind: KIND, name, uid, controller: true }],
  };
}
