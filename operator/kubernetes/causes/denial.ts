import type { Cause } from '../../cause.ts';

interface Denial {
  readonly seen: RegExp;
  readonly reason: string;
  readonly say: (what: string) => string;
  /** It may be over by itself. */
  readonly passing?: boolean;
}

/** What keeps objects out of a namespace, in the words of the API server; in this order. */
const DENIALS: readonly Denial[] = [
  {
    seen: /exceeded quota|failed quota/,
    reason: 'QuotaExceeded',
    say: (what) =>
      `A ResourceQuota of its namespace leaves no room: ${what}. Raise the quota, or ask for less in spec.resources and spec.replicas.`,
  },
  {
    seen: /(?:maximum|minimum) .*(?:usage|limit) per (?:Container|Pod)|limit to request ratio per/i,
    reason: 'LimitRangeExceeded',
    say: (what) => `A LimitRange of its namespace does not allow it: ${what}. Change spec.resources.`,
  },
  {
    seen: /violates PodSecurity/,
    reason: 'PodSecurityDenied',
    say: (what) =>
      `Pod Security of its namespace does not allow the pod: ${what}. Take out of spec.podTemplate and spec.volumes what it names, or relax the label pod-security.kubernetes.io/enforce of the namespace.`,
  },
  {
    seen: /failed calling webhook/,
    reason: 'AdmissionUnavailable',
    say: (what) =>
      `An admission webhook that has to be asked does not answer: ${what}. It is tried again; repair the webhook.`,
    passing: true,
  },
  {
    seen: /admission webhook .* denied|ValidatingAdmissionPolicy|denied request:/,
    reason: 'ForbiddenByAdmission',
    say: (what) =>
      `An admission rule of the cluster does not allow it: ${what}. Change what it names, or ask whoever keeps the rule.`,
  },
];

/** Why an object was kept out; `what` is shortened. */
export function denialCause(what: string): Cause | undefined {
  const denial = DENIALS.find(({ seen }) => seen.test(what));
  return denial && { reason: denial.reason, message: denial.say(what), stalled: denial.passing !== true };
}
