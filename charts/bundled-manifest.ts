import { parse, stringify } from 'yaml';
import type { McpServerSpec } from '../crds/mcpserver.ts';

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: McpServerSpec;
}

/**
 * The manifest of a bundled server for a cluster, from that for a laptop: there a Secret is a folder whose files are variables,
 * here the operator makes it with the keys that databases of Kubernetes have. The template adds the image.
 */
export function bundledManifest(local: string): string {
  const { spec, ...manifest } = parse(local) as Manifest;
  const { envFrom: _, ...rest } = spec;
  const database = { name: `${manifest.metadata.name}-database`, key: 'url' };
  return `# Written by \`node charts/generate.ts\` from examples/local; do not edit.\n${stringify({
    ...manifest,
    spec: { ...rest, env: [{ name: 'DATABASE_URL', valueFrom: { secretKeyRef: database } }] },
  })}`;
}
