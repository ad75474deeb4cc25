import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { childMetadata } from './child-metadata.ts';
import { selectorLabels } from './labels.ts';
import { fewestPods } from './scale.ts';
import type { PodDisruptionBudgetSpec } from './kubernetes-types.ts';

/**
 * Drains take one pod at a time, or as the manifest says. Unasked only from two pods up: with one, a budget would either forbid every drain or
 * allow what happens without it.
 */
export function podDisruptionBudget(
  server: McpServer,
): (KubernetesObject & { readonly spec: PodDisruptionBudgetSpec }) | undefined {
  const { disruptionBudget } = server.spec;
  if (fewestPods(server.spec) < (disruptionBudget ? 1 : 2)) return undefined;
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: childMetadata(server),
    spec: {
      ...limits(disruptionBudget),
      selector: { matchLabels: { ...selectorLabels(server) } },
      // Pods that never became ready serve nobody and must not hold a drain up (KEP-3017).
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
    },
  };
}

function limits(budget: McpServer['spec']['disruptionBudget']): PodDisruptionBudgetSpec {
  if (budget?.minAvailable !== undefined) return { minAvailable: budget.minAvailable };
  return { maxUnavailable: budget?.maxUnavailable ?? 1 };
}
