import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { PodTemplateSpec } from './kubernetes-types.ts';

/** Annotations of a pod template: what it is, and which generation of the manifest asked for it first. */
export const REVISION_ANNOTATION = 'mooring.dev/revision';
export const GENERATION_ANNOTATION = 'mooring.dev/generation';

/** The same for two templates that give the same pod, whatever their two annotations say. */
export function revisionOf(template: PodTemplateSpec): string {
  const {
    [REVISION_ANNOTATION]: _revision,
    [GENERATION_ANNOTATION]: _generation,
    ...annotations
  } = {
    ...template.metadata?.annotations,
  };
  const pod = { ...template, metadata: { ...template.metadata, annotations } };
  return createHash('sha256').update(canonicalJson(pod)).digest('hex').slice(0, 16);
}
