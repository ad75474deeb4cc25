import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../../support/browser.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { TestOAuthClient } from '../../support/oauth-client.ts';
import { SDK_CLIENTS } from '../../support/sdk-clients.ts';

const cluster = useCluster();
const NAME = 'first';
let namespace: ObservedNamespace;
let browser: Browser;

/**
 * Milliseconds. Where the cluster is this machine, each pod brings a network interface, and Chromium breaks off what it does when one
 * comes or is ready (ERR_NETWORK_CHANGED). So nothing else runs beside this file, and it waits for its own pod to be past that.
 */
const INTERFACES_SETTLE = 3000;

beforeAll(async () => {
  namespace = await observeNamespace(cluster.api, 'e2e-first');
  await namespace.apply(serverManifest(NAME, 'kit', { oauth: { scopes: ['user'] } }));
  await namespace.ready(NAME);
  await sleep(INTERFACES_SETTLE);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await namespace?.[Symbol.asyncDispose]();
});

describe.each(Object.entries(SDK_CLIENTS))('%s', (_, connect) => {
  test('signs in through the gateway with the endpoint alone, lists and calls', async () => {
    const oauth = await TestOAuthClient.listen();
    const client = await connect(cluster.endpoint(NAME), oauth, async ({ authorizationUrl }) => {
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
