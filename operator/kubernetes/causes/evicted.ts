import type { PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

/** A node put the pod out, and no other has come in its place yet. */
export const evicted: PodCause = ({ pod }) => {
  const { phase, reason, message = '' } = pod.status;
  if (phase !== 'Failed' || reason === undefined) return undefined;
  return {
    reason: reason === 'Evicted' ? 'Evicted' : 'PodFailed',
    message: `Its pod was ended by its node (${reason}): ${shorten(message)}. Ask for what it needs in spec.resources.requests.`,
  };
};
