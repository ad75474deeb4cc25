import { ApiError } from '../../crds/kubernetes/api-error.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { Cause } from '../cause.ts';
import { denialCause } from './causes/denial.ts';
import { shorten } from './causes/shorten.ts';

/** Why the API server refuses an object, where trying again at once would not help; undefined: try again. */
export function applyCause(error: unknown, { kind }: Pick<KubernetesObject, 'kind'>): Cause | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const message = shorten(error.message);
  const denied = denialCause(message);
  if (denied) return denied;
  if (error.status === 403) {
    return {
      reason: 'MissingRights',
      message: `Mooring may not write a ${kind} here: ${message}. Upgrade its chart, or grant what is missing to its ServiceAccount.`,
      stalled: true,
    };
  }
  // A uid that is not the one that was meant: made anew in between.
  const isInvalid = error.status === 422 && !/\bmetadata\.uid\b/.test(message);
  if (isInvalid || error.status === 400 || /field not declared in schema/.test(message)) {
    return {
      reason: kind === 'Deployment' ? 'InvalidPod' : `Invalid${kind}`,
      message: `The API server does not take the ${kind}: ${message}. Correct the spec; what spec.podTemplate says goes into the pod as it is.`,
      stalled: true,
    };
  }
  return undefined;
}

/** Nothing can be made in a namespace that is being deleted, and nothing needs to. */
export const isNamespaceEnding = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 403 && /because it is being terminated/.test(error.message);
