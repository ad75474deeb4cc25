import { VERIFIED_CONDITION } from '../../resources/pod-template.ts';
import { podCondition, type Pod } from '../pod.ts';
import type { PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

/** ms. kubelet needs some 100 ms from our condition to its own; what takes longer has another reason. */
export const SETTLING_MS = 2000;

/** Whether it was just now. What lies further ahead is of a clock that is wrong, and would be waited for until then. */
export const isSettling = (since: number, now: number, patience = SETTLING_MS): boolean =>
  Math.abs(now - since) < patience;

/**
 * ms. A kubelet that names our condition as missing, while it is there, has not looked at the pod since: where a hundred pods start at once that takes
 * seconds. One that is gone is told of after that.
 */
const BUSY_MS = 15_000;

/** The gate was opened just now: kubelet is about to call the pod Ready. */
export function isOpening(pod: Pod, now: number): boolean {
  const verified = podCondition(pod, VERIFIED_CONDITION);
  const ready = podCondition(pod, 'Ready');
  if (verified?.status !== 'True' || ready?.status === 'True') return false;
  const isBehind = ready?.message?.includes(VERIFIED_CONDITION);
  return isSettling(Date.parse(verified.lastTransitionTime ?? ''), now, isBehind ? BUSY_MS : SETTLING_MS);
}

/** It has answered, and kubelet still does not call it Ready: a readiness probe, a container beside it, another gate. */
export const notReady: PodCause = ({ pod, now }) => {
  const verified = podCondition(pod, VERIFIED_CONDITION);
  const ready = podCondition(pod, 'Ready');
  if (verified?.status !== 'True' || ready?.status === 'True' || isOpening(pod, now)) return undefined;
  return {
    reason: 'NotReady',
    message: `It has answered MCP, but its pod is not Ready: ${shorten(ready?.message ?? ready?.reason ?? 'kubelet does not say why')}. Check readiness probes and containers in spec.podTemplate, and the node.`,
  };
};
