import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testApiServer } from '../../test/support/api-server.ts';
import { soon, startCluster, type TestCluster } from '../testdata/cluster.ts';
import { startPod } from '../testdata/kubelet.ts';
import { listen } from '../testdata/listen.ts';
import { sdkV2 } from '../testdata/mcp-servers.ts';

const TYPO = { podTemplate: { spec: { containers: [{ nam: 'server' }] } } };

let cluster: TestCluster;
beforeAll(testApiServer, API_SERVER_TIMEOUT_MS);
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(async () => cluster?.[Symbol.asyncDispose]());

test('an edit that cannot be taken on takes nothing away, not even after a restart', async () => {
  await using server = await listen(sdkV2());
  const good = { image: 'example.com/notes:1', port: Number(new URL(server.url).port) };
  await cluster.apply('typo', good);
  await cluster.reason('typo', 'Ready', 'Starting');
  const pod = await startPod(cluster, 'typo');
  await pod.runs();
  await soon(async () => expect((await pod.condition('mooring.dev/verified'))?.status).toBe('True'));
  await pod.becomesReady();
  await cluster.reason('typo', 'Ready', 'Ready');
  const [before, backend] = [await cluster.versions(), cluster.server('typo')?.status?.backend];

  await cluster.apply('typo', { ...good, ...TYPO });
  const isHeld = async () => {
    await cluster.reason('typo', 'Ready', 'InvalidPodTemplate');
    expect(cluster.condition('typo', 'Accepted')).toMatchObject({ status: 'True', reason: 'PreviousHolds' });
    expect(cluster.condition('typo', 'Available')).toMatchObject({
      status: 'True',
      message: 'Generation 1 serves on: generation 2 cannot be taken on.',
    });
    expect(cluster.condition('typo', 'Stalled')?.reason).toBe('InvalidPodTemplate');
    expect(cluster.server('typo')?.status).toMatchObject({ backend, replicas: 1 });
    expect(await cluster.versions()).toEqual(before);
  };
  await isHeld();
  const status = cluster.server('typo')?.status;
  await cluster.restart();
  await sleep(500);
  await isHeld();
  expect(cluster.server('typo')?.status).toEqual(status);

  await cluster.apply('typo', good);
  await cluster.reason('typo', 'Ready', 'Ready');
  expect(await cluster.versions()).toEqual(before);
});

test.each([
  ['that never ran', { ...TYPO, title: 'Notes' }, TYPO],
  ['that is switched off', {}, { ...TYPO, enabled: false }],
])('nothing of a server %s is left', async (what, before, edit) => {
  const name = what.replaceAll(' ', '-');
  const image = 'example.com/notes:1';
  await cluster.apply(name, { image, ...before });
  await soon(() => expect(cluster.server(name)?.status?.observedGeneration).toBe(1));
  await cluster.apply(name, { image, ...edit });
  await cluster.reason(name, 'Accepted', 'InvalidPodTemplate');
  expect(cluster.condition(name, 'Accepted')?.status).toBe('False');
  await soon(async () => expect(await cluster.child('Deployment', name)).toBeUndefined());
});
