// Everything that our ServiceAccounts may do, a line each: group, resource, names where the right is bound to some, verbs.
// rights.test.ts compares it with what a real API server says of the chart. A line more here is a right more for whoever takes
// over a pod: it needs code that cannot work without.

const FOLLOW = 'list watch';

/** The operator, wherever McpServers are watched. */
const OPERATOR = [
  'apps deployments: create delete get list patch watch',
  'autoscaling horizontalpodautoscalers: create delete get list patch watch',
  'core configmaps mooring-identity: delete list patch watch',
  'core configmaps: create',
  `core events: ${FOLLOW}`,
  'core pods/status: patch',
  `core pods: ${FOLLOW}`,
  'core serviceaccounts: create delete get list patch watch',
  'core services: create delete get list patch watch',
  'events.k8s.io events: create',
  'mooring.dev mcpservers/status: patch',
  `mooring.dev mcpservers: ${FOLLOW}`,
  'networking.k8s.io networkpolicies: create delete get list patch watch',
  'policy poddisruptionbudgets: create delete get list patch watch',
];

/** The operator in the namespace of the release, beside that. */
const OPERATOR_AT_HOME = [
  'coordination.k8s.io leases mooring-operator: get list update watch',
  'coordination.k8s.io leases: create',
  `core configmaps mooring-bundled: ${FOLLOW}`,
  'core secrets: create get list watch',
  'core serviceaccounts/token mooring-gateway: create',
  'mooring.dev mcpservers: create delete patch',
];

/** systemprompt, for its callers. Whoever may make a McpServer runs any image as any ServiceAccount of its namespace. */
const SYSTEMPROMPT = ['mooring.dev mcpservers: get list update'];

export const RIGHTS = {
  operator: { elsewhere: OPERATOR, home: [...OPERATOR, ...OPERATOR_AT_HOME] },
  gateway: { elsewhere: [`mooring.dev mcpservers: ${FOLLOW}`], home: [`mooring.dev mcpservers: ${FOLLOW}`] },
  systemprompt: { elsewhere: SYSTEMPROMPT, home: SYSTEMPROMPT },
} as const;
