/** Where the API server keeps what tests look at. */
const KINDS = {
  McpServer: ['/apis/mooring.dev/v1alpha1', 'mcpservers'],
  Namespace: ['/api/v1', 'namespaces'],
  Node: ['/api/v1', 'nodes'],
  Pod: ['/api/v1', 'pods'],
  Service: ['/api/v1', 'services'],
  ServiceAccount: ['/api/v1', 'serviceaccounts'],
  ConfigMap: ['/api/v1', 'configmaps'],
  Secret: ['/api/v1', 'secrets'],
  Event: ['/api/v1', 'events'],
  ResourceQuota: ['/api/v1', 'resourcequotas'],
  Deployment: ['/apis/apps/v1', 'deployments'],
  ReplicaSet: ['/apis/apps/v1', 'replicasets'],
  StatefulSet: ['/apis/apps/v1', 'statefulsets'],
  NetworkPolicy: ['/apis/networking.k8s.io/v1', 'networkpolicies'],
  PodDisruptionBudget: ['/apis/policy/v1', 'poddisruptionbudgets'],
  HorizontalPodAutoscaler: ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  Lease: ['/apis/coordination.k8s.io/v1', 'leases'],
  Role: ['/apis/rbac.authorization.k8s.io/v1', 'roles'],
  RoleBinding: ['/apis/rbac.authorization.k8s.io/v1', 'rolebindings'],
  CustomResourceDefinition: ['/apis/apiextensions.k8s.io/v1', 'customresourcedefinitions'],
  ValidatingAdmissionPolicy: ['/apis/admissionregistration.k8s.io/v1', 'validatingadmissionpolicies'],
  ValidatingAdmissionPolicyBinding: ['/apis/admissionregistration.k8s.io/v1', 'validatingadmissionpolicybindings'],
} as const;

export type KindName = keyof typeof KINDS;

const OF_THE_CLUSTER: ReadonlySet<string> = new Set([
  'Namespace',
  'Node',
  'CustomResourceDefinition',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
]);

export function kindOf(kind: KindName): { group: string; plural: string; isNamespaced: boolean } {
  const [group, plural] = KINDS[kind];
  return { group, plural, isNamespaced: !OF_THE_CLUSTER.has(kind) };
}
