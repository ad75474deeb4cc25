import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identitySigner, type Identity } from '../../core/identity-token.ts';
import { parseKeyFile } from '../../core/keys.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { listen, type Listening } from '../../gateway/proxy/testing/listening.ts';
import { apply } from '../chart/apply.ts';
import { render } from '../chart/render.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../support/api-server.ts';
import { applyServer, gatewayKubeconfig } from '../support/gateway-cluster.ts';
import { gatewayMounts, startGatewayProcess, type GatewayProcess } from '../support/gateway-process.ts';
import { testDatabase } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** RFC 6761 section 6.4: no name server knows it, so whoever comes through came by another address. */
const PUBLIC = 'https://gateway.invalid';
const PLANTED = 'planted-7f3a9c2e5b8d1f60';
const USER: Identity = { subject: 'admin', clientId: 'some-client', scopes: ['user', 'tools:read'] };
const ADMIN: Identity = { ...USER, scopes: ['admin', 'user', 'tools:read'] };

let folder: string;
let namespace: TestNamespace;
let backend: Listening;
let gateway: GatewayProcess;
/** Of the ServiceAccount that the chart gives systemprompt. */
let kubeconfig: string;
let sign: Awaited<ReturnType<typeof identitySigner>>;

/** Answers whom the gateway says that it answers. */
const handler = createMcpHandler(() => {
  const server = new McpServer({ name: 'who', version: '1.0.0' });
  server.registerTool('who', {}, (context) => {
    const { sub, client_id: client, scope } = decodeJwt(context.http?.req?.headers.get('mooring-identity') ?? '');
    return { content: [{ type: 'text', text: `${sub} by ${String(client)} with ${String(scope)}` }] };
  });
  return server;
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
  namespace = await testNamespace();
  const answer = getRequestListener((request) => handler.fetch(request));
  backend = await listen((incoming, outgoing) => void answer(incoming, outgoing));
  const env = [{ name: 'API_TOKEN', value: PLANTED }];
  const url = `${PUBLIC}/api/v1/mcp/who/mcp`;
  await applyServer(
    namespace,
    'who',
    { env, oauth: { required: true, scopes: ['user'], tools: [] } },
    backend.url,
    url,
  );
  const strict = { oauth: { required: true, scopes: ['admin'], tools: [] } };
  await applyServer(namespace, 'strict', strict, backend.url, `${PUBLIC}/api/v1/mcp/strict/mcp`);
  await applyServer(namespace, 'elsewhere', {}, backend.url, 'https://attacker.invalid/api/v1/mcp/elsewhere/mcp');

  await grant({});
  kubeconfig = await namespace.server.kubeconfigFor({
    commonName: `system:serviceaccount:${namespace.name}:mooring-systemprompt`,
    organizations: ['system:serviceaccounts'],
  });

  const mounts = await gatewayMounts(folder, `publicUrl: ${PUBLIC}\n`);
  await mounts.write('database/url', await testDatabase('gateway'));
  const { identity } = parseKeyFile(await readFile(join(folder, 'keys/keys.json'), 'utf8'), 'keys');
  if (!identity) throw new Error('no key for identities');
  sign = await identitySigner('mooring:gateway', identity);
  const ofGateway = join(folder, 'kubeconfig');
  await writeFile(ofGateway, await gatewayKubeconfig(namespace, namespace.server.url));
  const exchangeFor = `${namespace.name}/systemprompt`;
  gateway = await startGatewayProcess({ mounts, kubeconfig: ofGateway, namespace: namespace.name, exchangeFor });
  await gateway.untilReady();
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await backend?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** What the chart lets systemprompt do with the McpServers of this namespace. */
async function grant(systemprompt: object): Promise<void> {
  const objects = await render({ watchNamespaces: [namespace.name], servers: { systemprompt } }, namespace.name);
  const wanted = objects.filter(
    ({ kind, metadata }) => /^Role(?:Binding)?$/.test(kind) && metadata.name === 'mooring-systemprompt',
  );
  for (const object of wanted) await apply(namespace.api, object);
}

/** The command line as systemprompt starts it for a caller, with a kubeconfig in place of the files of a pod. */
async function runWith(identity: string, ...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env['PATH'],
      HOME: await temporaryFolder(),
      KUBECONFIG: kubeconfig,
      MOORING_PLACE: 'cluster',
      MOORING_PUBLIC_URL: PUBLIC,
      MOORING_GATEWAY_ADDRESS: `http://localhost:${gateway.port}`,
      MOORING_CALLER_FD: '3',
    },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, out, error, pipe] = child.stdio as unknown as [null, Readable, Readable, Writable];
  pipe.end(JSON.stringify({ identity, args: [...args, '-n', namespace.name] }));
  const ended = once(child, 'close');
  const said = await Promise.all([text(out), text(error)]);
  const [code] = (await ended) as [number | null];
  return { code, said: said.join('') };
}

const run = async (who: Identity, ...args: string[]) =>
  runWith(await sign(`${namespace.name}/systemprompt`, who), ...args);

describe('a command for a user', () => {
  test('shows servers, and none of the values that look secret', async () => {
    const { code, said } = await run(USER, 'show', 'who', '-o', 'yaml');
    expect([code, said]).toEqual([0, expect.stringContaining('API_TOKEN')]);
    expect(said).not.toContain(PLANTED);
    expect((await run(ADMIN, 'show', 'who', '-o', 'yaml')).said).toContain(PLANTED);
  });

  test('calls a server as them, by the address of the gateway and under its public name', async () => {
    expect(await run(USER, 'call', 'who', 'who')).toEqual({
      code: 0,
      said: expect.stringContaining('admin by some-client with user tools:read'),
    });
    expect((await run(USER, 'tools', 'who')).said).toContain('who');
  });

  test('looks at the whole way of a call', async () => {
    const { code, said } = await run(USER, 'doctor', 'who', '--tool', 'who');
    expect([code, said]).toEqual([0, expect.stringContaining('shows the tool who')]);
  });

  test('shows how servers fare, without pods, which it may not see', async () => {
    const { code, said } = await run(USER, 'status', '-o', 'wide');
    expect([code, said]).toEqual([0, expect.stringContaining('Pods are not shown')]);
  });

  test.each<[string, string[], RegExp]>([
    ['a scope that they do not have', ['call', 'who', 'who', '--scope', 'admin'], /you can have there: user/],
    ['a server that they may not use', ['call', 'strict', 'who'], /sign in again in the app .* allow admin/],
    // Not only systemprompt refuses it, which reads the words before.
    ['a change', ['disable', 'who'], /needs the scope admin/],
    ['a server whose status leads elsewhere', ['call', 'elsewhere', 'who'], /not at the gateway of this systemprompt/],
  ])('is refused %s', async (_, args, refusal) => {
    const { code, said } = await run(USER, ...args);
    expect([code, said]).toEqual([1, expect.stringMatching(refusal)]);
  });
});

test('a command for an administrator switches a server off and on, with the rights of the chart and no more', async () => {
  const enabled = async () => {
    const { spec } = await namespace.api.request<{ spec: { enabled?: boolean } }>({
      path: pathOf(MCP_SERVERS, namespace.name, 'who'),
    });
    return spec.enabled;
  };
  expect(await run(ADMIN, 'disable', 'who')).toMatchObject({ code: 0 });
  expect(await enabled()).toBe(false);
  expect((await run(ADMIN, 'call', 'who', 'who')).said).toContain('is disabled');
  expect(await run(ADMIN, 'enable', 'who')).toMatchObject({ code: 0 });
  expect(await enabled()).toBe(true);
  const manifests = await temporaryFolder();
  await writeFile(
    join(manifests, 'new.yaml'),
    'apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: { name: new }\nspec: { image: x }\n',
  );
  const sync = ['sync', '--from', manifests, '--to', 'cluster', '--yes'] as const;
  const made = await run(ADMIN, ...sync);
  expect([made.code, made.said]).toEqual([1, expect.stringMatching(/cannot create resource "mcpservers"/)]);

  await grant({ sync: true });
  expect((await run(USER, ...sync)).said).toContain('needs the scope admin');
  expect(await run(ADMIN, ...sync)).toMatchObject({ code: 0 });
  const path = pathOf(MCP_SERVERS, namespace.name, 'new');
  expect(await namespace.api.request({ path })).toMatchObject({ spec: { image: 'x' } });
  await namespace.api.request({ method: 'DELETE', path });
  await grant({});
});

test.each<[string, () => Promise<string>, RegExp]>([
  ['for another server', () => sign(`${namespace.name}/who`, ADMIN), /no identity that is valid here/],
  ['that is none', async () => 'admin', /acts for nobody/],
  ['that is empty', async () => '', /acts for nobody/],
])('an identity %s calls nobody', async (_, identity, refusal) => {
  const { code, said } = await runWith(await identity(), 'call', 'who', 'who');
  expect([code, said]).toEqual([1, expect.stringMatching(refusal)]);
});
