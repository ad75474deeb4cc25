import type { Cause } from '../../cause.ts';
import type { Deployment } from '../deployment.ts';
import { isEnding, type Pod } from '../pod.ts';
import { containerConfig } from './container-config.ts';
import { containerCreate } from './container-create.ts';
import { crash } from './crash.ts';
import { evicted } from './evicted.ts';
import { failedCreate } from './failed-create.ts';
import { failedMount } from './failed-mount.ts';
import { imagePull } from './image-pull.ts';
import { notReady } from './not-ready.ts';
import { outOfMemory } from './out-of-memory.ts';
import type { PodCause, PodFacts } from './pod-facts.ts';
import { unschedulable } from './unschedulable.ts';

/** In this order: what a person must act on first. */
const POD_CAUSES: readonly PodCause[] = [
  imagePull, // no image
  containerConfig, // a Secret, a ConfigMap or a key is missing; runs as root
  failedMount, // the same, of volumes
  containerCreate, // no such program
  outOfMemory, // ended by the kernel
  crash, // ended by itself
  unschedulable, // no room
  evicted, // put out
  notReady, // answers, and takes no traffic
];

export interface ServerFacts extends Omit<PodFacts, 'pod'> {
  readonly deployment: Deployment | undefined;
  /** Those that the manifest asks for now. */
  readonly pods: readonly Pod[];
}

/** Why the pods that the manifest asks for do not all serve, as far as the cluster says. The same facts always give the same words. */
export function serverCause({ deployment, pods, ...facts }: ServerFacts): Cause | undefined {
  const present = pods.filter((pod) => !isEnding(pod));
  const looked = present.length > 0 ? present : pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  for (const cause of POD_CAUSES) {
    for (const pod of looked) {
      const found = cause({ ...facts, pod });
      if (found) return found;
    }
  }
  return failedCreate(deployment);
}
