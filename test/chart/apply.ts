import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';

/** Where the API server keeps what the chart makes. */
const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  ConfigMap: 'configmaps',
  CustomResourceDefinition: 'customresourcedefinitions',
  Deployment: 'deployments',
  Ingress: 'ingresses',
  McpServer: 'mcpservers',
  Namespace: 'namespaces',
  NetworkPolicy: 'networkpolicies',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  PodDisruptionBudget: 'poddisruptionbudgets',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  Service: 'services',
  ServiceAccount: 'serviceaccounts',
  StatefulSet: 'statefulsets',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

/** Server-side, as Helm 4 does; unknown and repeated fields are refused. */
export function apply(
  api: KubernetesApi,
  object: KubernetesObject,
  query: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const { apiVersion, kind, metadata } = object;
  const plural = PLURALS[kind];
  if (plural === undefined) throw new Error(`No plural of ${kind} is known here.`);
  return api.request({
    method: 'PATCH',
    path: pathOf({ apiVersion, kind, plural }, metadata.namespace, metadata.name),
    query: { fieldManager: 'test', force: true, fieldValidation: 'Strict', ...query },
    body: object,
    contentType: 'application/apply-patch+yaml',
  });
}
