import type { KubernetesMeta, KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';

export type Pin = Pick<KubernetesMeta, 'uid' | 'resourceVersion'>;

/** No object has it: etcd's first write has a higher one. So what is meant to be made cannot become a change of what somebody made meanwhile. */
const NOT_THERE = '1';

/** In the metadata of what is applied: exactly this object, or none at all. Where that is not so, the API server answers 409. */
export const pinned = (live: KubernetesObject | undefined): Pin =>
  live ? { uid: live.metadata.uid } : { resourceVersion: NOT_THERE };
