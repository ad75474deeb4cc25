import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../../support/browser.ts';
import { callTool } from '../../support/call-tool.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { TestOAuthClient } from '../../support/oauth-client.ts';
import { SDK_CLIENTS } from '../../support/sdk-clients.ts';

const cluster = useCluster();
const { api } = cluster;
let namespace: ObservedNamespace;
let browser: Browser;

beforeAll(async () => {
  [namespace, browser] = await Promise.all([observeNamespace(api), launchBrowser()]);
});

afterAll(async () => {
  await browser?.close();
  await namespace?.[Symbol.asyncDispose]();
});

describe.each(Object.entries(SDK_CLIENTS))('%s', (era, connect) => {
  const name = era.startsWith('v1') ? 'life-legacy' : 'life-modern';

  test('apply, Ready, OAuth through the gateway, list and call', async () => {
    await namespace.apply(serverManifest(name, 'kit', { oauth: { scopes: ['user'] } }));
    await namespace.ready(name);
    const oauth = await TestOAuthClient.listen();
    const client = await connect(cluster.endpoint(name), oauth, async ({ authorizationUrl }) => {
      const page = await browser.newPage({ ignoreHTTPSErrors: true });
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
  const since = await namespace.edit('life-legacy', { env: [{ name: 'VERSION', value: '2.0.0' }] });
  await namespace.ready('life-legacy', since);
  expect(await callTool(cluster.endpoint('life-legacy'), 'echo', { text: 'x' }, token)).toContain('2.0.0');
});
