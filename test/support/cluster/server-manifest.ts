import { IMAGES, reference } from './images.ts';
import type { ClusterObject } from './cluster-api.ts';

export type Kind = 'kit' | 'plain' | 'crash' | 'hang' | 'wrong-port' | 'mute' | 'not-mcp' | 'locked' | 'glutton';

/** A manifest that runs one of the servers of test/e2e-cluster/servers. What is not said is as for most servers. */
export const serverManifest = (
  name: string,
  kind: Kind,
  spec: Readonly<Record<string, unknown>> = {},
): ClusterObject & { readonly spec: Readonly<Record<string, unknown>> } => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name },
  spec: { image: reference(IMAGES.testServers), args: [kind], ...spec },
});
