import { symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, signInAndConsent } from '../../support/browser.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { trustingEdge } from '../../support/cluster/trusting-edge.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { pathOf } from '../../support/kubernetes-tools.ts';
import { run } from '../../support/mooring.ts';
import { TestOAuthClient } from '../../support/oauth-client.ts';
import { SDK_CLIENTS } from '../../support/sdk-clients.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { terminalUser } from '../../support/terminal-user.ts';

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

const MOORING = join(import.meta.dirname, '..', '..', '..', 'bin', 'mooring');

test('after one `mooring login` the command line lists and calls on the cluster, on its own and below kubectl', async () => {
  const folder = await temporaryFolder();
  const trusting = await trustingEdge(folder);
  await using user = await terminalUser({ ...trusting, MOORING_PLACE: 'cluster' });
  const call = ['call', NAME, 'echo', '-a', 'text=hello', '-n', namespace.name];
  const stranger = await user.mooring(...call);
  expect(stranger).toMatchObject({ code: 3, stdout: '' });
  expect(stranger.stderr).toContain(`mooring login ${cluster.publicUrl}`);

  const pending = await user.login(cluster.publicUrl);
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  await page.goto(pending.address.href);
  await signInAndConsent(page, cluster.admin);
  expect(await pending.end).toMatchObject({ code: 0, stdout: `Signed in to ${cluster.publicUrl} as admin.\n` });
  await page.close();

  const row = new RegExp(`^${NAME} +True +Ready +\\S+ +${cluster.endpoint(NAME)} `, 'm');
  const listed = await user.mooring('list', '-n', namespace.name);
  expect(listed.stdout).toMatch(row);
  // The cluster says where a server is, so each call says where it goes.
  const told: unknown = expect.stringMatching(
    /^mooring: the cluster at \S+ says that \S+ is at \S+; your sign-in there is used\.\n$/,
  );
  const tools = await user.mooring('tools', NAME, '-n', namespace.name, '-o', 'name');
  expect({ ...tools, stdout: tools.stdout.trim().split('\n').sort() }).toEqual({
    code: 0,
    stdout: ['echo', 'slow'],
    stderr: told,
  });
  const called = await user.mooring(...call);
  expect(called).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\{"answer":"1\.0\.0 \S+ hello"\}\n$/),
    stderr: told,
  });

  await symlink(MOORING, join(folder, 'kubectl-mooring'));
  const env = { ...user.env, MOORING_PLACE: undefined, PATH: `${folder}${delimiter}${process.env['PATH']}` };
  const plugin = async (...args: string[]) => run(pathOf('kubectl'), ['mooring', ...args], { env });
  const byKubectl = await plugin('list', '-n', namespace.name);
  expect(byKubectl).toMatchObject({ code: 0, stdout: expect.stringMatching(row), stderr: '' });
  expect(await plugin(...call)).toMatchObject({ code: 0, stdout: expect.stringContaining(' hello"') });
});
