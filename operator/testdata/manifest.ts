import { McpServerSpec, type McpServer } from '../../crds/mcpserver.ts';
import type { z } from 'zod';

type SpecInput = z.input<typeof McpServerSpec>;

/** A server as a source hands it out. */
export function serverOf(
  spec: SpecInput = {},
  metadata: Partial<McpServer['metadata']> = {},
  more: Partial<Pick<McpServer, 'status' | 'origin'>> = {},
): McpServer {
  return {
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: {
      name: 'notes',
      namespace: 'default',
      uid: 'u1',
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00.000Z',
      ...metadata,
    },
    spec: McpServerSpec.parse({ binary: 'notes', ...spec }),
    ...more,
  };
}
