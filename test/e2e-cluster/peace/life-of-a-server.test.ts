import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../../support/browser.ts';
import { callTool } from '../../support/call-tool.ts';
import {
  conditionIn,
  record,
  transitions,
  type PodObject,
  type Recorder,
  type ServerObject,
} from '../../support/cluster/recorder.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { createNamespace, type TestNamespace } from '../../support/cluster/test-namespace.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { TestOAuthClient } from '../../support/oauth-client.ts';
import { SDK_CLIENTS } from '../../support/sdk-clients.ts';

const cluster = useCluster();
const { api } = cluster;
let namespace: TestNamespace;
let servers: Recorder<ServerObject>;
let pods: Recorder<PodObject>;
let browser: Browser;

beforeAll(async () => {
  [namespace, browser] = await Promise.all([createNamespace(api), launchBrowser()]);
  servers = record<ServerObject>(api, 'McpServer', namespace.name);
  pods = record<PodObject>(api, 'Pod', namespace.name);
});

afterAll(async () => {
  await browser?.close();
  await servers?.[Symbol.asyncDispose]();
  await pods?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

const ready = (name: string, since = 0) =>
  servers.first(
    `${name} to be Ready`,
    ({ metadata, status }) =>
      metadata.name === name &&
      status?.observedGeneration === metadata.generation &&
      conditionIn({ metadata, status } as ServerObject, 'Ready')?.status === 'True',
    { since, explain: () => transitions(servers, name).join('\n') },
  );

describe.each(Object.entries(SDK_CLIENTS))('%s', (era, connect) => {
  const name = era.startsWith('v1') ? 'life-legacy' : 'life-modern';

  test('apply, Ready, OAuth through the gateway, list and call', async () => {
    await api.apply(serverManifest(name, 'kit', { oauth: { scopes: ['user'] } }), namespace.name);
    await ready(name);
    const oauth = await TestOAuthClient.listen();
    const client = await connect(cluster.endpoint(name), oauth, async ({ authorizationUrl }) => {
      const page = await browser.newPage();
      await page.goto(String(authorizationUrl));
      await signInAndConsent(page, cluster.admin);
      const callback = await oauth.callback();
      await page.close();
      return callback;
    });
    expect((await client.listTools()).tools.map((tool) => tool.name).sort()).toEqual(['echo', 'slow']);
    const answer = await client.callTool({ name: 'echo', arguments: { text: 'hello' } });
    expect(JSON.stringify(answer)).toMatch(/1\.0\.0 \S+ hello/);
    await client.close();
    oauth.close();
  });
});

test('an edit of the image arrives', async () => {
  const token = await cluster.token('life-legacy');
  const since = Date.now();
  await api.patch(
    'McpServer',
    { namespace: namespace.name, name: 'life-legacy' },
    { spec: { env: [{ name: 'VERSION', value: '2.0.0' }] } },
  );
  await ready('life-legacy', since);
  expect(await callTool(cluster.endpoint('life-legacy'), 'echo', { text: 'x' }, token)).toContain('2.0.0');
});
