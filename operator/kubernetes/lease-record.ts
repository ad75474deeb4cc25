import type { KubernetesObject, ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';

export const LEASE_KIND: ResourceKind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', plural: 'leases' };

/** coordination.k8s.io/v1 LeaseSpec. Times are RFC 3339 with microseconds. */
export interface LeaseSpec {
  /** Empty or absent: free. */
  readonly holderIdentity?: string | undefined;
  readonly leaseDurationSeconds?: number | undefined;
  readonly acquireTime?: string | undefined;
  readonly renewTime?: string | undefined;
  /** How often the holder has changed. */
  readonly leaseTransitions?: number | undefined;
}

export interface LeaseRecord extends KubernetesObject {
  readonly spec?: LeaseSpec;
}

/** The Lease as `identity` renews or takes it. */
export function heldBy(identity: string, seconds: number, former: LeaseSpec | undefined): LeaseSpec {
  const now = microTime();
  const isRenewal = former?.holderIdentity === identity;
  return {
    holderIdentity: identity,
    leaseDurationSeconds: seconds,
    acquireTime: isRenewal ? (former.acquireTime ?? now) : now,
    renewTime: now,
    leaseTransitions: former ? (former.leaseTransitions ?? 0) + (isRenewal ? 0 : 1) : 0,
  };
}

/** The Lease as its holder leaves it. A second, as client-go: the API server refuses 0. */
export const freed = (held: LeaseSpec | undefined): LeaseSpec => ({
  ...held,
  holderIdentity: '',
  leaseDurationSeconds: 1,
  renewTime: microTime(),
});

/** metav1.MicroTime, which refuses milliseconds. */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
