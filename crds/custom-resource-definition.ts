import type { V1CustomResourceDefinition } from '@kubernetes/client-node';
import { McpServerStatus } from './mcpserver-status.ts';
import { GROUP, KIND, McpServerSpec, PLURAL, VERSION } from './mcpserver.ts';
import { addRules, structuralSchema, type StructuralSchema } from './structural-schema.ts';
import { SERVICE_NAME, SERVICE_NAME_LENGTH, SERVICE_NAME_WORDS } from './text.ts';

/** What a cluster must know to store McpServers. */
export const customResourceDefinition = (): V1CustomResourceDefinition => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: {
      kind: KIND,
      listKind: `${KIND}List`,
      plural: PLURAL,
      singular: KIND.toLowerCase(),
      categories: ['all', 'mcp'],
    },
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: {
            specReplicasPath: '.spec.replicas',
            statusReplicasPath: '.status.replicas',
            labelSelectorPath: '.status.selector',
          },
        },
        additionalPrinterColumns: [
          { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
          { name: 'Reason', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].reason' },
          { name: 'Tools', type: 'integer', jsonPath: '.status.toolCount' },
          { name: 'URL', type: 'string', jsonPath: '.status.url' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
        // The client's names of the vendor keywords (x_kubernetes_…) are not those of the file.
        schema: { openAPIV3Schema: mcpServerSchema() },
      },
    ],
  },
});

/** The whole object, with the rules over several fields. */
export function mcpServerSchema(): StructuralSchema {
  const schema: StructuralSchema = {
    type: 'object',
    description: 'One MCP server: where it comes from, who may call it, how it runs.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: { description: 'The wanted state.', ...structuralSchema(McpServerSpec) },
      status: { description: 'What the operator found. Nobody else writes it.', ...structuralSchema(McpServerStatus) },
    },
    'x-kubernetes-validations': [
      {
        rule: `size(self.metadata.name) <= ${SERVICE_NAME_LENGTH} && self.metadata.name.matches('${SERVICE_NAME.source}')`,
        message: `a name is ${SERVICE_NAME_WORDS}`,
      },
    ],
  };
  addRules(schema);
  return schema;
}
