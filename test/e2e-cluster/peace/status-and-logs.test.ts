import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerStatus } from '../../../cli/status/server-status.ts';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { kubectl } from '../../support/kubernetes-tools.ts';
import { run, until } from '../../support/mooring.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const MOORING = join(import.meta.dirname, '..', '..', '..', 'bin', 'mooring');
const { api } = useCluster();
let namespace: ObservedNamespace;

/** Counts aloud, 5 lines a second; after `lines` it ends with 3. It is no MCP server, and runs all the same. */
const counter = (lines: number): string =>
  `let n = 0; console.log("password=hunter2"); setInterval(() => n < ${lines} ? console.log("line", ++n) : process.exit(3), 200)`;

beforeAll(async () => {
  namespace = await observeNamespace(api, 'e2e-status');
  await namespace.apply(serverManifest('st-well', 'kit', { replicas: 2 }));
  await namespace.apply(serverManifest('st-crash', 'crash', { env: [{ name: 'LAST_WORDS', value: 'token=hunter2' }] }));
  await namespace.apply(serverManifest('st-count', 'plain', { binary: 'node', args: ['-e', counter(1e6)] }));
  await namespace.ready('st-well');
});
afterAll(async () => namespace?.[Symbol.asyncDispose]());

const env = { ...process.env, MOORING_PLACE: 'cluster', MOORING_HOME: undefined };
const cli = async (...args: string[]) => run(MOORING, [...args, '-n', namespace.name], { env });

async function statusOf(name: string, ...flags: string[]): Promise<ServerStatus> {
  const { stdout, stderr } = await cli('status', name, '-o', 'json', ...flags);
  const [server] = (JSON.parse(stdout || '{"servers":[]}') as { servers: ServerStatus[] }).servers;
  if (!server) throw new Error(stderr);
  return server;
}

const podsOf = async (name: string): Promise<string[]> =>
  ((await statusOf(name)).runs ?? []).flatMap(({ id, state }) => (state === 'running' && id ? [id] : []));

/** A kubeconfig file of a ServiceAccount with this ClusterRole in the namespace. */
async function kubeconfigOf(account: string, role: string): Promise<string> {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role };
  const subjects = [{ kind: 'ServiceAccount', name: account, namespace: namespace.name }];
  await api.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account } }, namespace.name);
  await api.apply(
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name: account }, roleRef, subjects },
    namespace.name,
  );
  const config = JSON.parse(await kubectl('config', 'view', '--raw', '--minify', '--flatten', '-o', 'json')) as {
    users: { user: object }[];
  };
  const token = (await kubectl('create', 'token', account, '-n', namespace.name)).trim();
  for (const entry of config.users) entry.user = { token };
  const path = join(await temporaryFolder(), 'kubeconfig');
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

describe('status', () => {
  test('pods that serve, of those that are there; each with -o wide', async () => {
    await until(
      async () => (await statusOf('st-well')).runs?.filter(({ serving }) => serving).length === 2,
      'two pods',
    );
    const { stdout } = await cli('status', 'st-well');
    expect(stdout).toMatch(/^NAME +READY +REASON +PODS +RESTARTS +UPTIME +MEMORY +PORT +SOURCE\n/);
    expect(stdout).toMatch(/\nst-well +True +Ready +2\/2 +0 +\d+s +\S+ +8080 +\S+test-servers:e2e\n$/);
    const wide = await cli('status', 'st-well', '-o', 'wide');
    for (const pod of await podsOf('st-well'))
      expect(wide.stdout).toMatch(new RegExp(`\\nst-well +${pod} +serving +8080 +0 +\\d+s `));
    // Memory, or why there is none.
    expect(`${wide.stdout}${wide.stderr}`).toMatch(/ \d+Mi |install metrics-server/);
  });

  test('a container that crashes: why, since when, how it ended, its secrets masked', async () => {
    await until(async () => ((await statusOf('st-crash')).runs?.[0]?.restarts ?? 0) >= 1, 'a restart', 60_000);
    const { ready, since, runs } = await statusOf('st-crash');
    expect(ready).toBe(false);
    expect(Date.parse(since ?? '')).toBeLessThanOrEqual(Date.now());
    expect(runs?.[0]?.lastEnd).toMatchObject({
      message: 'It ended with exit code 3.',
      output: expect.stringContaining('FATAL: token=***'),
    });
    const { stdout } = await cli('status', 'st-crash');
    expect(stdout).toMatch(/\nst-crash +False +\w+ +0\/1 +[1-9]\d* +/);
    expect(stdout).toMatch(/\nst-crash: not ready for \d+s, \w+\n {2}/);
    expect(stdout).toMatch(/\n {2}Last end \d+s ago: It ended with exit code 3\./);
    expect(stdout).not.toContain('hunter2');
  });

  test('the ClusterRole `view` is enough; who may not see pods sees the servers, and why not more', async () => {
    const viewer = await kubeconfigOf('viewer', 'view');
    expect((await statusOf('st-well', '--kubeconfig', viewer)).runs).toHaveLength(2);
    const looker = await kubeconfigOf('looker', 'mooring-mcpservers-view');
    const { code, stdout, stderr } = await cli('status', 'st-well', '--kubeconfig', looker);
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nst-well +True +Ready +- +- +- +- +- +/);
    expect(stderr).toMatch(/Pods are not shown: .*cannot list resource "pods".*ClusterRole `view`/);
    expect(await statusOf('st-well', '--kubeconfig', looker)).not.toHaveProperty('runs');
  });
});

describe('logs', () => {
  test('of all pods in the order of their times; tail, timestamps; credentials are masked', async () => {
    await until(async () => (await cli('logs', 'st-count')).stdout.includes('line 5\n'), 'some lines');
    const all = await cli('logs', 'st-count');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^password=\*\*\*\nline 1\nline 2\n/);
    expect((await cli('logs', 'st-count', '--tail', '2', '--timestamps')).stdout).toMatch(
      /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\S+ line \d+\n){2}$/,
    );
    expect((await cli('logs', 'st-count', '--since', '2s')).stdout).toMatch(/^line \d+\n/);
    const both = await cli('logs', 'st-well');
    for (const pod of await podsOf('st-well')) expect(both.stdout).toContain(`[${pod}] `);
  });

  test('--previous shows what a container wrote before it ended', async () => {
    await until(async () => ((await statusOf('st-crash')).runs?.[0]?.restarts ?? 0) >= 1, 'a restart', 60_000);
    // While it restarts, kubelet may have removed already what it still tells of.
    const previous = async () => (await cli('logs', 'st-crash', '--previous')).stdout;
    await expect.poll(previous, { timeout: 60_000 }).toBe('starting\nFATAL: token=***\n');
    const none = await cli('logs', 'st-count', '-p');
    expect(none).toMatchObject({ code: 0, stdout: '' });
    expect(none.stderr).toMatch(/pod st-count-\S+ has none: .*previous terminated container/);
  });

  test('-f goes on when a container restarts and when pods are replaced; no line is lost; Ctrl-C ends it with 130', async () => {
    const name = 'st-short';
    await namespace.apply(serverManifest(name, 'plain', { binary: 'node', args: ['-e', counter(20)] }));
    await until(async () => (await podsOf(name)).length === 1, 'its pod');
    const [first = ''] = await podsOf(name);
    const following = spawn(MOORING, ['logs', name, '-f', '-n', namespace.name], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, notes] = ['', ''];
    following.stdout.on('data', (data: Buffer) => (output += data.toString()));
    following.stderr.on('data', (data: Buffer) => (notes += data.toString()));
    const run1 = ['password=***', ...Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)];
    const lines = (): string[] => output.split('\n').slice(0, -1);
    await until(async () => lines().filter((line) => line === 'line 1').length >= 2, 'the second start', 60_000);
    expect(lines().slice(0, 21)).toEqual(run1);
    expect(lines()[21]).toBe('password=***');

    await api.remove('Pod', { namespace: namespace.name, name: first }, { now: true });
    await expect.poll(() => notes, { timeout: 60_000 }).toContain(`pod ${first} has ended.`);
    await expect.poll(() => output, { timeout: 60_000 }).toMatch(/\[st-short-\S+\] line 1\n/);
    const next = /pod (\S+) has come\./.exec(notes)?.[1] ?? '';
    expect(next).not.toBe(first);
    expect(output).toContain(`[${next}] password=***\n[${next}] line 1\n`);
    expect(output).not.toContain('hunter2');
    const ended = once(following, 'exit');
    following.kill('SIGINT');
    expect(await ended).toEqual([130, null]);
  });

  test('who may see pods and not their output is told what to ask for', async () => {
    const looker = await kubeconfigOf('logless', 'mooring-mcpservers-view');
    const { code, stderr } = await cli('logs', 'st-count', '--kubeconfig', looker);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot list resource "pods".*ClusterRole `view`.*\(forbidden, /s);
  });
});

test('version tells gateway and operator', async () => {
  const { code, stdout } = await cli('version');
  expect(code).toBe(0);
  expect(stdout).toMatch(/\ngateway +\d+\.\d+\.\d+ +namespace mooring-system of the cluster at /);
  expect(stdout).toMatch(/\noperator +\d+\.\d+\.\d+ +namespace mooring-system of the cluster at /);
});
