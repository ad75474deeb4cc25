import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { HOME, upgradeRelease } from '../../support/cluster/release.ts';
import { freePort } from '../../support/cluster/ports-here.ts';
import { settled } from '../../support/cluster/rollout.ts';
import { runDoctor } from '../../support/cluster/run-doctor.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';

// What doctor finds where Mooring itself is not as it should be; the rest is in peace/doctor.test.ts.

const { api, publicUrl } = useCluster();
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-doctor-faults');
  await namespace.apply(serverManifest('doc-lost', 'plain'));
  await namespace.ready('doc-lost');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

const look = async (name: string) => (await runDoctor(name, { flags: ['-n', namespace.name] })).server?.finding;

test('a server that no operator looks at', async () => {
  const place = { namespace: HOME, name: 'mooring-operator' };
  await api.patch('Deployment', place, { spec: { replicas: 0 } });
  try {
    await until(
      async () => (await api.list('Pod', { namespace: HOME }, 'app.kubernetes.io/component=operator')).length === 0,
      'the end of the operators',
    );
    await namespace.apply(serverManifest('doc-unseen', 'plain'));
    const finding = await look('doc-unseen');
    expect([finding?.link, finding?.cause]).toEqual(['accepted', 'NotDiscovered']);
    expect(finding?.message).toContain(`operator ${HOME}/mooring-operator does not run`);
  } finally {
    await api.patch('Deployment', place, { spec: { replicas: 2 } });
    await settled(api, 'operator');
  }
  await namespace.ready('doc-unseen');
});

test('a public URL where the gateway is not', async () => {
  const wrong = `https://localhost:${await freePort()}`;
  await upgradeRelease({ publicUrl: wrong });
  try {
    // Its pods are told the URL, so they are replaced.
    await namespace.servers.first(
      'its new URL, and it Ready again',
      (server) =>
        server.metadata.name === 'doc-lost' &&
        server.status?.url?.startsWith(wrong) === true &&
        conditionIn(server, 'Ready')?.status === 'True' &&
        conditionIn(server, 'Reconciling') === undefined,
    );
    const finding = await look('doc-lost');
    expect([finding?.link, finding?.cause]).toEqual(['route', 'PublicUrlWrong']);
    expect(finding?.message).toMatch(
      /Nothing listens at https:\/\/localhost:\d+\. The gateway itself runs as Deployment mooring-system\/mooring-gateway/,
    );
    expect(finding?.fix).toContain('publicUrl of the chart');
  } finally {
    await upgradeRelease({ publicUrl });
  }
});
