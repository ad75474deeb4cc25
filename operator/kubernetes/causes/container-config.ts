import { missingObject } from './missing-object.ts';
import { nameOf, waitingFor, type PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

const REASONS: ReadonlySet<string> = new Set(['CreateContainerConfigError']);

/** kubelet cannot put together what a container is to be started with. */
export const containerConfig: PodCause = ({ pod }) => {
  const found = waitingFor(pod, REASONS);
  if (!found) return undefined;
  const message = shorten(found.message);
  if (/runAsNonRoot|breaks non-root policy/.test(message)) {
    return {
      reason: 'RunsAsRoot',
      message:
        `${nameOf(found.container)} may not run as root, and neither its image nor the manifest names another user by number (${message}). ` +
        'Give one in spec.podTemplate.spec.securityContext.runAsUser (for example 65532), or build the image with USER and a number.',
      stalled: true,
    };
  }
  return (
    missingObject(message) ?? {
      reason: 'ContainerConfigInvalid',
      message: `${nameOf(found.container)} cannot be started: ${message}. Correct the spec.`,
      stalled: true,
    }
  );
};
