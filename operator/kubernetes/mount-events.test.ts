import { beforeAll, expect, test, vi } from 'vitest';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import type { KubernetesApi, WatchRequest } from '../../crds/kubernetes/kubernetes-api.ts';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace } from '../../test/support/api-server.ts';
import { openMountEvents } from './mount-events.ts';

beforeAll(() => testApiServer(), API_SERVER_TIMEOUT_MS);

const log = { info: () => {}, warn: () => {}, error: () => {} };

test('what kubelet says of volumes is followed, and its silence is none of the connection', async () => {
  await using space = await testNamespace();
  const watches: WatchRequest[] = [];
  const api: KubernetesApi = {
    ...space.api,
    watch(request) {
      watches.push(request);
      return space.api.watch(request);
    },
  };
  const mounts = openMountEvents({ api, namespaces: [space.name], log });
  await mounts.synced;
  const event = (name: string, reason: string, message: string) => ({
    metadata: { name, namespace: space.name },
    involvedObject: { kind: 'Pod', namespace: space.name, name: 'notes-1', uid: 'u1' },
    reason,
    message,
    type: 'Warning',
  });
  const path = pathOf({ apiVersion: 'v1', kind: 'Event', plural: 'events' }, space.name);
  const failed = 'MountVolume.SetUp failed for volume "db": secret "db" not found';
  for (const body of [
    event('one', 'BackOff', 'Back-off restarting'),
    event('two', 'FailedMount', 'Unable to attach or mount volumes'),
    event('three', 'FailedMount', failed),
  ]) {
    await space.api.request({ method: 'POST', path, body });
  }
  await vi.waitFor(() => expect(mounts.messageFor('u1')).toBe(failed), { timeout: 5000, interval: 10 });
  // Without a watch cache there are no bookmarks: the server's own end of the watch comes before ours.
  const [watch] = watches;
  expect(watch?.silenceMs).toBeGreaterThan(1000 * Number(watch?.query?.['timeoutSeconds']));
  mounts.close();
});
