import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { BUILT_SERVERS } from '../built-servers.ts';

const cluster = useCluster();
let namespace: ObservedNamespace;

beforeAll(async () => {
  namespace = await observeNamespace(cluster.api, 'e2e-built');
});

afterAll(async () => namespace?.[Symbol.asyncDispose]());

// The user of the image, who may write nothing: 65532 is nobody's on the machine that built.
test.each([
  ['a package of npm', BUILT_SERVERS.package, { message: 'hello' }, 'Echo: hello'],
  ['a single program', BUILT_SERVERS.program, { text: 'hello' }, 'user 65532 says hello'],
])('the image that `mooring build` makes of %s starts and answers', async (_, manifest, args, answer) => {
  const { name } = manifest.metadata;
  await namespace.ready(name, await namespace.apply(manifest));
  expect(await callTool(cluster.endpoint(name), 'echo', args, await cluster.token(name))).toBe(answer);
});
