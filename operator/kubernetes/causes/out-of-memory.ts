import { containerOf, containerStatuses, lastEnd, nameOf, type PodCause } from './pod-facts.ts';

/** The kernel ended a container for using more memory than its limit. */
export const outOfMemory: PodCause = ({ pod }) => {
  const container = containerStatuses(pod).find((each) => lastEnd(each)?.reason === 'OOMKilled');
  if (!container) return undefined;
  const limit = containerOf(pod, container.name)?.resources?.limits?.['memory'];
  return {
    reason: 'OutOfMemory',
    message:
      `${nameOf(container)} was ended for using more memory than ${limit === undefined ? 'its node has' : `its limit of ${limit}`}. ` +
      'It is started again and again; raise spec.resources.limits.memory.',
    stalled: container.restartCount > 0,
  };
};
