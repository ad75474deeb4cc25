import type { Cause } from '../../cause.ts';
import type { Deployment } from '../deployment.ts';
import { denialCause } from './denial.ts';
import { shorten } from './shorten.ts';

/** The Deployment may not make its pods: quota, Pod Security, admission. */
export function failedCreate(deployment: Deployment | undefined): Cause | undefined {
  const { observedGeneration = 0, conditions = [] } = deployment?.status ?? {};
  const failure = conditions.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  // What it says of the manifest before this one is over.
  if (!failure || observedGeneration < (deployment?.metadata.generation ?? 0)) return undefined;
  const message = shorten(failure.message ?? '');
  return (
    denialCause(message) ?? {
      reason: 'PodNotCreated',
      message: `Its pods cannot be created: ${message}. Correct what it names.`,
      stalled: true,
    }
  );
}
