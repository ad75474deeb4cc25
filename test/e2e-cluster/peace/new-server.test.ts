import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { writeNewServer } from '../new-server.ts';

const cluster = useCluster();
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(cluster.api, 'e2e-new');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

test('the manifest that `mooring new server` writes runs the image that `mooring build` makes', async () => {
  await using server = await writeNewServer();
  const { name } = server;
  const since = await namespace.apply(await server.manifest());
  await namespace.ready(name, since);
  const seen = namespace.servers.seen.findLast(({ object }) => object.metadata.name === name);
  const verified = seen && conditionIn(seen.object, 'Verified');
  // What answers strangers is told so after these words.
  expect(verified?.message).toMatch(/as brand-new 0\.1\.0\.$/);
  const said = await callTool(cluster.endpoint(name), 'greet', { name: 'Grace' }, await cluster.token(name));
  expect(said).toContain('Hello, Grace, from ');
  // Mooring is packed for it, which takes a busy machine a minute.
}, 300_000);
