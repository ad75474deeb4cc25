import type { KubernetesObject, ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { deployment } from './deployment.ts';
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts';
import { networkPolicy } from './network-policy.ts';
import { podDisruptionBudget } from './pod-disruption-budget.ts';
import { service } from './service.ts';
import { serviceAccount } from './service-account.ts';

export interface ChildContext {
  /** Namespace of Mooring itself. */
  readonly home: string;
  /** Origin of the gateway. */
  readonly publicUrl: string;
}

type Builder = (server: McpServer, context: ChildContext) => KubernetesObject | undefined;

interface Child {
  readonly kind: ResourceKind;
  readonly build: Builder;
}

/** In the order in which they are made: a pod finds its account, and the rules for its traffic, in place. */
const CHILDREN: readonly Child[] = [
  { kind: { apiVersion: 'v1', kind: 'ServiceAccount', plural: 'serviceaccounts' }, build: serviceAccount },
  {
    kind: { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', plural: 'networkpolicies' },
    build: networkPolicy,
  },
  { kind: { apiVersion: 'v1', kind: 'Service', plural: 'services' }, build: service },
  { kind: { apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' }, build: deployment },
  {
    kind: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets' },
    build: podDisruptionBudget,
  },
  {
    kind: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', plural: 'horizontalpodautoscalers' },
    build: horizontalPodAutoscaler,
  },
];

/** Every kind that a server may have a child of. */
export const CHILD_KINDS: readonly ResourceKind[] = CHILDREN.map(({ kind }) => kind);

/** Everything that a server needs on a cluster; nothing for one that runs elsewhere. Pure, and byte for byte the same for the same manifest. */
export const buildChildren = (server: McpServer, context: ChildContext): readonly KubernetesObject[] =>
  server.spec.remote ? [] : CHILDREN.flatMap(({ build }) => build(server, context) ?? []);
