import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { updateCredentials } from '../credentials/credentials-file.ts';
import { clusterPlace } from './cluster.ts';
import { findServer } from './find-server.ts';
import type { PlaceOptions } from './place-options.ts';

let team: TestNamespace;
let others: TestNamespace;

beforeAll(async () => {
  await testApiServer();
  [team, others] = await Promise.all([testNamespace(), testNamespace()]);
  await Promise.all([make(team, 'notes'), make(team, 'weather'), make(others, 'notes')]);
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  await team?.[Symbol.asyncDispose]();
  await others?.[Symbol.asyncDispose]();
});

async function make({ api, name: namespace }: TestNamespace, name: string): Promise<void> {
  const { apiVersion, kind } = MCP_SERVERS;
  const body = { apiVersion, kind, metadata: { name }, spec: { image: 'example/notes:1' } };
  await api.request({ method: 'POST', path: pathOf(MCP_SERVERS, namespace), body });
}

/** What a place with these flags lists: `namespace/name`. */
async function listed(options: Omit<PlaceOptions, 'home'>): Promise<string[]> {
  const place = clusterPlace({ kubeconfig: team.server.kubeconfig, ...options });
  try {
    const { servers } = await place.list();
    return servers.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).sort();
  } finally {
    await place.close();
  }
}

test('-n lists one namespace, -A all', async () => {
  expect(await listed({ namespace: team.name })).toEqual([`${team.name}/notes`, `${team.name}/weather`]);
  expect(await listed({ allNamespaces: true })).toEqual(
    expect.arrayContaining([`${team.name}/notes`, `${team.name}/weather`, `${others.name}/notes`]),
  );
});

test('without a flag the namespace of the context counts, as for kubectl', async () => {
  const config = parse(await readFile(team.server.kubeconfig, 'utf8')) as { contexts: { context: object }[] };
  for (const entry of config.contexts) Object.assign(entry.context, { namespace: others.name });
  const kubeconfig = join(await temporaryFolder(), 'config');
  await writeFile(kubeconfig, stringify(config));
  expect(await listed({ kubeconfig })).toEqual([`${others.name}/notes`]);
  expect(await listed({ kubeconfig, namespace: team.name })).toHaveLength(2);
});

test('a server that several namespaces have is asked for by namespace and name', async () => {
  const place = clusterPlace({ kubeconfig: team.server.kubeconfig, allNamespaces: true });
  await expect(findServer(place, 'notes')).rejects.toMatchObject({ code: 'ambiguous_name' });
  const found = await findServer(place, `${others.name}/notes`);
  expect(found).toMatchObject({ metadata: { namespace: others.name }, spec: { image: 'example/notes:1' } });
  await place.close();
});

test('who has no rights is told which ones to ask for', async () => {
  const kubeconfig = await team.server.kubeconfigFor({ commonName: 'stranger' });
  await expect(listed({ kubeconfig, namespace: team.name })).rejects.toMatchObject({
    code: 'forbidden',
    message: expect.stringMatching(/User "stranger" cannot list .*mcpservers.*ClusterRole `view`/),
  });
});

test('a cluster that does not answer, and one that is not configured', async () => {
  const kubeconfig = await team.server.kubeconfigFor({ commonName: 'anybody' }, 'https://127.0.0.1:1');
  await expect(listed({ kubeconfig })).rejects.toMatchObject({ code: 'unreachable' });
  await expect(listed({ kubeconfig, context: 'nowhere' })).rejects.toMatchObject({
    code: 'no_cluster',
    message: expect.stringContaining('contexts has no entry "nowhere"'),
  });
});

test('a server is called by who has signed in to its gateway', async () => {
  vi.stubEnv('XDG_CONFIG_HOME', await temporaryFolder());
  onTestFinished(() => void vi.unstubAllEnvs());
  const place = clusterPlace({ kubeconfig: team.server.kubeconfig, namespace: team.name });
  const server = await findServer(place, 'notes');
  await expect(place.access(server)).rejects.toMatchObject({ code: 'no_endpoint' });
  const status = { conditions: [], url: 'https://mcp.example.com/api/v1/mcp/notes/mcp' };
  await expect(place.access({ ...server, status })).rejects.toMatchObject({
    code: 'not_signed_in',
    message: 'Sign in first: mooring login https://mcp.example.com',
  });
  await place.close();
});

test('before a server is called, it is said which gateway the cluster names for it', async () => {
  vi.stubEnv('XDG_CONFIG_HOME', await temporaryFolder());
  let stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((part) => {
    stderr += String(part);
    return true;
  });
  onTestFinished(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });
  const [origin, url] = ['https://production.example', 'https://production.example/api/v1/mcp/notes/mcp'];
  const credential = {
    issuer: origin,
    tokenEndpoint: `${origin}/none`,
    refreshToken: 'r',
    accessTokens: { [url]: { token: 'mine', expiresAt: Date.now() + 900_000 } },
  };
  await updateCredentials(async (_, write) => write({ gateways: { [origin]: credential } }));
  const place = clusterPlace({ kubeconfig: team.server.kubeconfig, namespace: team.name });
  const server = { ...(await findServer(place, 'notes')), status: { conditions: [], url } };
  expect(await place.access(server)).toEqual({ url, token: 'mine' });
  const open = {
    ...server,
    spec: { oauth: { required: false } },
    status: { conditions: [], url: 'https://x.example/' },
  };
  expect(await place.access(open)).toEqual({ url: 'https://x.example/' });
  expect(stderr).toBe(
    `mooring: ${place.label} says that notes is at ${origin}; your sign-in there is used.\n` +
      `mooring: ${place.label} says that notes is at https://x.example; no sign-in is used.\n`,
  );
  await place.close();
});
