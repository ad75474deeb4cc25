import { durationMs } from '../../crds/duration.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { childMetadata } from './child-metadata.ts';
import { selectorLabels } from './labels.ts';
import { podTemplate } from './pod-template.ts';
import { isStopped } from './scale.ts';
import type { DeploymentSpec } from './kubernetes-types.ts';

/** Manifests are kept elsewhere, so old ReplicaSets are only for `kubectl rollout undo` in an emergency: the one before, and one to compare. */
const REVISIONS = 2;

/** Seconds for a node to come and an image to be pulled; what Kubernetes waits unasked. */
const ARRIVAL_S = 600;

/** As documented at `spec.timeouts.startup`. */
const STARTUP = '60s';

/** The pods of a server. A new revision takes over one pod at a time and only when it is ready, so an edit that does not work ends nothing. */
export function deployment(
  server: McpServer,
  { publicUrl }: { readonly publicUrl: string },
): KubernetesObject & { readonly spec: DeploymentSpec } {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: childMetadata(server),
    spec: {
      ...replicas(server),
      revisionHistoryLimit: REVISIONS,
      progressDeadlineSeconds: ARRIVAL_S + Math.ceil(durationMs(server.spec.timeouts?.startup ?? STARTUP) / 1000),
      // A quarter, at least one: a thousand pods are replaced in reasonable time.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      selector: { matchLabels: { ...selectorLabels(server) } },
      template: podTemplate(server, publicUrl),
    },
  };
}

/** The number is the autoscaler's where there is one: said here too, each would undo the other. */
function replicas({ spec }: McpServer): { readonly replicas?: number } {
  if (isStopped(spec)) return { replicas: 0 };
  return spec.autoscaling ? {} : { replicas: spec.replicas };
}
