import { expect, test } from 'vitest';
import { containerOf, podOf } from '../../testdata/pods.ts';
import { failedMount } from './failed-mount.ts';
import type { PodFacts } from './pod-facts.ts';

const facts = (more: Pick<PodFacts, 'pod' | 'failedMount'>): PodFacts => ({
  said: () => undefined,
  mask: (text) => text,
  now: 0,
  ...more,
});

test.each([
  ['MountVolume.SetUp failed for volume "keys" : secret "tls" not found', 'SecretMissing', /Secret "tls"/],
  ['MountVolume.SetUp failed for volume "c" : configmap "c" not found', 'ConfigMapMissing', /ConfigMap "c"/],
  [
    'MountVolume.SetUp failed for volume "keys" : references non-existent secret key: a.pem',
    'SecretMissing',
    /key "a\.pem" of a Secret that it mounts/,
  ],
  [
    'MountVolume.MountDevice failed for volume "disk" : rpc error: code = Internal desc = no such device',
    'VolumeNotMounted',
    /volume "disk" cannot be mounted: no such device/,
  ],
])('%s', (said, reason, message) => {
  const waiting = podOf({ ip: undefined, container: containerOf({ waiting: { reason: 'ContainerCreating' } }) });
  const cause = failedMount(facts({ pod: waiting, failedMount: (uid) => (uid === 'uid-notes-1' ? said : undefined) }));
  expect(cause).toMatchObject({ reason, stalled: true });
  expect(cause?.message).toMatch(message);
  // An Event lives for an hour, whatever has become of the pod.
  expect(failedMount(facts({ pod: podOf(), failedMount: () => said }))).toBeUndefined();
});
