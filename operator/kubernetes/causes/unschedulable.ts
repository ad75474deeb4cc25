import { podCondition } from '../pod.ts';
import type { PodCause } from './pod-facts.ts';
import { shorten } from './shorten.ts';

/** What the scheduler's plugins say (k8s.io/kubernetes/pkg/scheduler/framework/plugins), and what it means. */
const WORDS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/^(\d+) Insufficient cpu$/, ([, count]) => `${count} with too little CPU left`],
  [/^(\d+) Insufficient memory$/, ([, count]) => `${count} with too little memory left`],
  [/^(\d+) Insufficient (\S+)$/, ([, count, what]) => `${count} with too little ${what} left`],
  [/^(\d+) Too many pods$/, ([, count]) => `${count} with as many pods as a node may have`],
  [
    /^(\d+) node\(s\) had untolerated taints?(?:\(s\))? ?(?:\{(.*)\})?$/,
    ([, count, taint]) => `${count} tainted${taint ? ` (${taint.replace(/: ?$/, '')})` : ''}`,
  ],
  [
    /^(\d+) node\(s\) didn't match Pod's node affinity\/selector$/,
    ([, count]) => `${count} that its node selector does not name`,
  ],
  [/^(\d+) node\(s\) were unschedulable$/, ([, count]) => `${count} cordoned`],
];

/** No node takes the pod. */
export const unschedulable: PodCause = ({ pod }) => {
  const { status, reason, message = '' } = podCondition(pod, 'PodScheduled') ?? {};
  if (status !== 'False' || reason !== 'Unschedulable') return undefined;
  return {
    reason: 'Unschedulable',
    message:
      `No node takes its pod: ${inPlainWords(message)}. ` +
      'Ask for less in spec.resources.requests, change what spec.podTemplate asks of nodes, or add nodes.',
    stalled: true,
  };
};

/** Without what follows on preemption: it repeats the same of other pods. */
function inPlainWords(message: string): string {
  const [, all, list] =
    /^\d+\/(\d+) nodes are available: (.*?)\.?(?: no new claims.*| preemption: .*)?$/s.exec(message) ?? [];
  if (all === undefined || list === undefined) return shorten(message);
  const reasons = list.split(/, (?=\d+ )/).map((text) => {
    const [seen, say] = WORDS.find(([form]) => form.test(text)) ?? [];
    const match = seen?.exec(text);
    return match && say ? say(match) : shorten(text);
  });
  return `of ${all} node${all === '1' ? '' : 's'}, ${reasons.join(', ')}`;
}
