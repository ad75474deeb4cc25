import type { Check } from '../check.ts';
import { toldBreak } from '../trouble.ts';

/** It is there, valid and enabled. What is not there at all is told by not-discovered.ts. */
export const manifest: Check = (subject) => {
  const found = toldBreak(subject, 'manifest');
  if (found) return found;
  const { server, place } = subject;
  const { origin, metadata } = server;
  if (origin) return { detail: `${origin.file}:${origin.line}` };
  return { detail: metadata.namespace === undefined ? `in ${place.label}` : `in namespace ${metadata.namespace}` };
};
