import type { Cause } from '../../cause.ts';
import { SERVER_CONTAINER } from '../../resources/server-container.ts';
import type { Container, ContainerStatus, Pod, Terminated } from '../pod.ts';

/** What a cause may be found in. */
export interface PodFacts {
  readonly pod: Pod;
  /** What kubelet said last of volumes that it cannot mount, by pod uid. */
  readonly failedMount: (podUid: string) => string | undefined;
  /** What the status says for this reason by now: where only numbers in it differ, it stays, whatever kubelet counts or an output dates. */
  readonly said: (reason: string) => string | undefined;
  /** Masks what must not be shown of output. */
  readonly mask: (text: string) => string;
  /** ms since the epoch. */
  readonly now: number;
}

/** Why a pod does not serve; the same pod always gives the same words, however often kubelet tries again. */
export type PodCause = (facts: PodFacts) => Cause | undefined;

/** Of all containers, in the order in which they start. */
export const containerStatuses = ({ status }: Pod): readonly ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

export const containerOf = ({ spec }: Pod, name: string): Container | undefined =>
  [...(spec.initContainers ?? []), ...spec.containers].find((container) => container.name === name);

/** How a container ended last, whether it is to be started again by now or not. */
export const lastEnd = ({ state, lastState }: ContainerStatus): Terminated | undefined =>
  state?.terminated ?? lastState?.terminated;

/**
 * What was said already, where this says the same but for numbers in the tail (times, ports, process ids). Those of the head count: the tag of an
 * image, an exit code.
 */
export function keepWords(head: string, tail: string, said: string | undefined): string {
  const message = head + tail;
  return said?.startsWith(head) && withoutNumbers(said) === withoutNumbers(message) ? said : message;
}

const withoutNumbers = (text: string): string => text.replaceAll(/\d+/g, '0');

/** What waits with one of these reasons, and what kubelet says of it. */
export function waitingFor(pod: Pod, reasons: ReadonlySet<string>) {
  for (const container of containerStatuses(pod)) {
    const { reason = '', message = '' } = container.state?.waiting ?? {};
    if (reasons.has(reason)) return { container, message };
  }
  return undefined;
}

/** `It`, or a container beside it by name. */
export const nameOf = ({ name }: Pick<ContainerStatus, 'name'>): string =>
  name === SERVER_CONTAINER ? 'It' : `Its container "${name}"`;
