import { afterAll, beforeAll, expect, test } from 'vitest';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';
import { toolCall } from '../toolbox/tool-call.ts';

const { api, toolbox } = useCluster();
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-identity');
  await namespace.apply(serverManifest('direct', 'kit'));
  await namespace.ready('direct');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

test('a server on the kit answers 401 to a pod that reaches it past the gateway', async () => {
  const { headers, body } = toolCall('2026-07-28', 'hello');
  const podIp = namespace.pods.seen.findLast(({ object }) => object.status.podIP !== undefined)?.object.status.podIP;
  for (const host of [podIp, `direct.${namespace.name}.svc`]) {
    const request = { url: `http://${host}:8080/mcp`, method: 'POST', body };
    // A Service leads to a new pod up to a second after it is ready.
    await until(async () => toolbox.fetch(request).then(isAnswer, () => false), `an answer of ${host}`, 5000);
    // The rules of a new Service reach a node some moments after its pods are Ready.
    const status = async () => (await toolbox.fetch({ ...request, headers })).status;
    await expect.poll(async () => status().catch(String), { timeout: 10_000 }).toBe(401);
    const forged = { ...headers, 'mooring-identity': 'eyJhbGciOiJub25lIn0.e30.' };
    expect((await toolbox.fetch({ ...request, headers: forged })).status).toBe(401);
  }
});

const isAnswer = ({ status }: { readonly status: number }): boolean => status > 0;
