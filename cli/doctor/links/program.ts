import type { Check } from '../check.ts';
import { sourceOf } from '../../output/server-table.ts';
import { toldBreak } from '../trouble.ts';

/** Image or binary are there. */
export const program: Check = (subject) =>
  toldBreak(subject, 'program') ??
  (subject.place.kind === 'gateway' ? undefined : { detail: sourceOf(subject.server) });
