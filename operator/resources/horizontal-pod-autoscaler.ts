import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { childMetadata } from './child-metadata.ts';
import { isStopped } from './scale.ts';
import type { HorizontalPodAutoscalerSpec } from './kubernetes-types.ts';

/** Scales the Deployment by processor use; nothing where the manifest does not ask for it, or for no pod at all. */
export function horizontalPodAutoscaler(
  server: McpServer,
): (KubernetesObject & { readonly spec: HorizontalPodAutoscalerSpec }) | undefined {
  const { autoscaling } = server.spec;
  if (!autoscaling || isStopped(server.spec)) return undefined;
  const { minReplicas, maxReplicas, targetCPUUtilizationPercentage: averageUtilization } = autoscaling;
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: childMetadata(server),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: server.metadata.name },
      minReplicas,
      maxReplicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } }],
    },
  };
}
