import { expect, test } from 'vitest';
import type { Deployment } from '../deployment.ts';
import { failedCreate } from './failed-create.ts';

const failing = (message: string, observedGeneration = 2): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'notes', generation: 2 },
  spec: { template: {} },
  status: {
    observedGeneration,
    conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }],
  },
});

test.each([
  [
    'pods "notes-5d-x2" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=2, limited: pods=2',
    'QuotaExceeded',
    /no room: exceeded quota: compute, requested: pods=1/,
  ],
  [
    'pods "notes-5d-x2" is forbidden: violates PodSecurity "restricted:latest": privileged (container "server" must not set securityContext.privileged=true)',
    'PodSecurityDenied',
    /: violates PodSecurity.*spec\.podTemplate/,
  ],
  [
    'admission webhook "policy.example.com" denied the request: no latest tags',
    'ForbiddenByAdmission',
    /no latest tags/,
  ],
  [
    "pods \"notes-5d-x2\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: not here",
    'ForbiddenByAdmission',
    /not here/,
  ],
  [
    'pods "notes-5d-x2" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    'LimitRangeExceeded',
    /spec\.resources/,
  ],
  [
    'Internal error occurred: failed calling webhook "w.example.com": connection refused',
    'AdmissionUnavailable',
    /does not answer/,
  ],
  [
    'pods "notes-5d-x2" is forbidden: error looking up service account default/own: serviceaccount "own" not found',
    'PodNotCreated',
    /serviceaccount "own" not found/,
  ],
])('%s', (message, reason, words) => {
  const cause = failedCreate(failing(message));
  expect(cause?.reason).toBe(reason);
  expect(cause?.message).toMatch(words);
  // Each try has another name.
  expect(failedCreate(failing(message.replace('x2', 'z9')))).toEqual(cause);
  expect(failedCreate(failing(message, 1))).toBeUndefined();
});
