import type { Cause } from '../../cause.ts';
import { containerStatuses, lastEnd, nameOf, type PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

/** Of a container that waits; k8s.io/kubernetes/pkg/kubelet/kuberuntime. */
const WAITING: ReadonlySet<string> = new Set([
  'CreateContainerError',
  'RunContainerError',
  'PreStartHookError',
  'PostStartHookError',
]);

/** Of a container that ended before its program began. */
const ENDED: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

/** The runtime cannot start the program of a container. */
export const containerCreate: PodCause = ({ pod }) => {
  for (const container of containerStatuses(pod)) {
    const { waiting } = container.state ?? {};
    const end = lastEnd(container);
    if (end && ENDED.has(end.reason ?? '')) return startCause(nameOf(container), shorten(end.message ?? ''));
    if (waiting && WAITING.has(waiting.reason ?? ''))
      return startCause(nameOf(container), shorten(waiting.message ?? ''));
  }
  return undefined;
};

function startCause(who: string, message: string): Cause {
  const program = /exec: \\?"(.+?)\\?": ?(.*)$/.exec(message);
  const [, name, why = ''] = program ?? [];
  if (name !== undefined && /not found|no such file/.test(why)) {
    return {
      reason: 'BinaryNotFound',
      message: `${who} cannot be started: its image has no program "${name}". Correct spec.binary, or leave it out to start what the image starts by itself.`,
      stalled: true,
    };
  }
  if (name !== undefined && /permission denied/.test(why)) {
    return {
      reason: 'BinaryNotExecutable',
      message: `${who} cannot be started: "${name}" in its image may not be executed. Correct spec.binary, or the rights in the image.`,
      stalled: true,
    };
  }
  return {
    reason: 'ContainerNotStarted',
    message: `${who} cannot be started: ${message.replace(/^.*unable to start container process: /, '')}. Correct spec.image, spec.binary or spec.podTemplate.`,
    stalled: true,
  };
}
