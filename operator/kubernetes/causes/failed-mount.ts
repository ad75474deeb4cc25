import { missingObject } from './missing-object.ts';
import { waitingFor, type PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

const REASONS: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** A volume cannot be mounted. Nothing in the pod says so, only an Event. */
export const failedMount: PodCause = ({ pod, failedMount: messageFor }) => {
  if (!waitingFor(pod, REASONS)) return undefined;
  const said = messageFor(pod.metadata.uid ?? '');
  if (said === undefined) return undefined;
  const [, volume, why] = /^MountVolume\.\w+ failed for volume "([^"]*)" ?: ?(.*)$/s.exec(said) ?? [
    undefined,
    undefined,
    said,
  ];
  const missing = missingObject(why ?? said);
  if (missing) return missing;
  return {
    reason: 'VolumeNotMounted',
    message: `${volume === undefined ? 'A volume' : `Its volume "${volume}"`} cannot be mounted: ${shorten(why ?? said)}. Correct spec.volumes.`,
    stalled: true,
  };
};
