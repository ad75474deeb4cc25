import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { IMAGES, reference } from '../../support/cluster/images.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { RESTRICTED } from '../../support/cluster/restricted.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { until } from '../../support/mooring.ts';

const cluster = useCluster();
const { api } = cluster;
let older: ObservedNamespace;
let younger: ObservedNamespace;

beforeAll(async () => {
  [older, younger] = await Promise.all([observeNamespace(api, 'e2e-older'), observeNamespace(api, 'e2e-younger')]);
});

afterAll(async () => {
  await older?.[Symbol.asyncDispose]();
  await younger?.[Symbol.asyncDispose]();
});

/** Milliseconds: whoever sees that a server is Ready may be faster than the gateways. */
const SOON = 2000;
const answer = async (): Promise<string> => callTool(cluster.endpoint('popular'), 'echo').catch(String);

const spec = (version: string) => ({ oauth: { required: false }, env: [{ name: 'VERSION', value: version }] });

test('of two servers with one name the older keeps it; the younger is told whose it is, and takes over when it is free', async () => {
  await older.apply(serverManifest('popular', 'kit', spec('older')));
  await older.ready('popular');
  // creationTimestamp counts seconds.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const since = await younger.apply(serverManifest('popular', 'kit', spec('younger')));
  const told = await younger.servers.first(
    'NameTaken',
    (server) => conditionIn(server, 'Accepted')?.reason === 'NameTaken',
    { since },
  );
  expect(conditionIn(told.object, 'Accepted')?.message).toContain(`${older.name}/popular`);
  await until(async () => (await answer()).includes('older'), 'the older one to answer', SOON);
  expect(younger.pods.seen).toEqual([]);

  await api.remove('McpServer', { namespace: older.name, name: 'popular' });
  await younger.ready('popular');
  await until(async () => (await answer()).includes('younger'), 'the younger one to answer', SOON);
});

test('a Deployment that somebody else made is not touched', async () => {
  const labels = { app: 'theirs' };
  const theirs = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'theirs' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          ...RESTRICTED.pod,
          containers: [
            {
              ...RESTRICTED.container,
              name: 'theirs',
              image: reference(IMAGES.testServers),
              args: ['hang'],
              env: [{ name: 'PORT', value: '8080' }],
            },
          ],
        },
      },
    },
  };
  await api.apply(theirs, older.name);
  const since = await older.apply(serverManifest('theirs', 'kit'));
  const told = await older.servers.first(
    'Conflict',
    (server) => server.metadata.name === 'theirs' && conditionIn(server, 'Accepted')?.reason === 'Conflict',
    { since },
  );
  expect(conditionIn(told.object, 'Accepted')?.status).toBe('False');
  expect(conditionIn(told.object, 'Accepted')?.message).toMatch(/Deployment\b.*\btheirs/);
  const { spec: kept } = await api.get<typeof theirs>('Deployment', { namespace: older.name, name: 'theirs' });
  expect(kept.selector.matchLabels).toEqual(labels);
  expect(kept.template.spec.containers[0]?.args).toEqual(['hang']);

  await api.remove('Deployment', { namespace: older.name, name: 'theirs' });
  await older.ready('theirs');
});

test('a manifest that is not valid is refused by the API server, which names the field', async () => {
  const refused = older.apply(serverManifest('invalid', 'kit', { port: 70_000 }));
  await expect(refused).rejects.toThrow(/spec\.port/);
});
