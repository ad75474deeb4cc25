import { hash } from 'node:crypto';
import type { McpServerManifest } from '../../crds/mcpserver.ts';
import { withoutDefaults } from '../../crds/written-manifest.ts';
import { canonicalJson } from '../../operator/canonical-json.ts';

/**
 * SHA-256 of what a manifest means. `all:` of everything; `unscaled:` of everything but `spec.replicas`, which belongs to `kubectl scale` and
 * autoscalers where the file of the folder says nothing of it.
 */
export type Digest = `all:${string}` | `unscaled:${string}`;

/** Annotation on objects of a cluster: digest of what `mooring sync` wrote there last, for folders that have no record of it. */
export const SYNCED = 'mooring.dev/synced';

/** Where other tools keep books about an object: no part of what its author wrote. */
const BOOKS = [
  SYNCED,
  'mooring.dev/applied',
  'kubectl.kubernetes.io/',
  'argocd.argoproj.io/',
  'kustomize.toolkit.fluxcd.io/',
  'helm.toolkit.fluxcd.io/',
  'meta.helm.sh/',
];

export const isBookkeeping = (name: string): boolean => BOOKS.some((prefix) => name.startsWith(prefix));

/** A manifest without what is not its author's: the same value for the same meaning. */
export function comparable({ apiVersion, kind, metadata, spec }: McpServerManifest): McpServerManifest {
  const { name, namespace } = metadata;
  const [labels, annotations] = [authored(metadata.labels), authored(metadata.annotations)];
  return {
    apiVersion,
    kind,
    metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
    spec,
  };
}

function authored(map: Readonly<Record<string, string>> | undefined): Record<string, string> | undefined {
  const entries = Object.entries(map ?? {}).filter(([name]) => !isBookkeeping(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** `isScaled`: `spec.replicas` is the author's as well. */
export function digestOf(manifest: McpServerManifest, isScaled: boolean): Digest {
  const { metadata, spec } = comparable(manifest);
  // Without defaults, so that a field that a later version adds changes no digest.
  const { replicas, ...meant } = withoutDefaults(spec);
  const value: unknown = JSON.parse(JSON.stringify({ metadata, spec: isScaled ? { ...meant, replicas } : meant }));
  return `${isScaled ? 'all' : 'unscaled'}:${hash('sha256', canonicalJson(value))}`;
}

export const isScaledDigest = (digest: Digest): boolean => digest.startsWith('all:');

/** Whether a manifest is what a digest was made of. */
export const isDigestOf = (digest: Digest, manifest: McpServerManifest): boolean =>
  digestOf(manifest, isScaledDigest(digest)) === digest;

export const isDigest = (text: string | undefined): text is Digest =>
  text !== undefined && /^(?:all|unscaled):[0-9a-f]{64}$/.test(text);
