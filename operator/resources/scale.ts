import type { McpServerSpec } from '../../crds/mcpserver.ts';

/** Whether the manifest asks for no pod at all. */
export const isStopped = ({ enabled, replicas }: McpServerSpec): boolean => !enabled || replicas === 0;

/** The fewest pods that run in peace. */
export function fewestPods(spec: McpServerSpec): number {
  if (isStopped(spec)) return 0;
  return spec.autoscaling?.minReplicas ?? spec.replicas;
}
