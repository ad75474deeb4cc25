import pino from 'pino';
import { parseAllDocuments } from 'yaml';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { MooringConfig } from '../../core/mooring-config.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { conditionOf } from '../../crds/condition-of.ts';
import { API_SERVER_TIMEOUT_MS, testApiServer, testNamespace } from '../../test/support/api-server.ts';
import { ownAddress, startRemoteServer } from '../../test/support/remote-server.ts';
import { runOperator } from '../kubernetes/run-operator.ts';
import { sdkV2 } from '../testdata/mcp-servers.ts';

beforeAll(async () => void (await testApiServer()), API_SERVER_TIMEOUT_MS);

const PLURALS: Readonly<Record<string, string>> = { Role: 'roles', RoleBinding: 'rolebindings' };

test('a remote server becomes Ready by what its condition asks for, step by step', async () => {
  await using remote = await startRemoteServer((incoming, outgoing) => {
    if (incoming.headers.authorization === 'Bearer s3cret') sdkV2()(incoming, outgoing);
    else outgoing.writeHead(401).end();
  });
  await using home = await testNamespace();
  const { api, name } = home;
  const core = `/api/v1/namespaces/${name}`;
  const create = async (path: string, body: object): Promise<unknown> => api.request({ method: 'POST', path, body });
  await create(`${core}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'mooring-gateway' },
  });
  const running = await runOperator({
    home: name,
    identity: 'one',
    namespaces: [name],
    kubeconfig: home.server.kubeconfig,
    gatewayKeys: { identity: 'ES256' },
    databaseSecret: undefined,
    config: { current: MooringConfig.parse({ remote: { allow: [`${ownAddress()}/32`] } }), onChange: () => () => {} },
    podIp: undefined,
    healthPort: 0,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(async () => running.stop());

  const servers = `/apis/mooring.dev/v1alpha1/namespaces/${name}/mcpservers`;
  const spec = {
    remote: {
      url: remote.url,
      headersFrom: { secretRef: { name: 'crm-token' } },
      caBundleFrom: { configMapRef: { name: 'crm-ca' } },
    },
  };
  await create(servers, { apiVersion: 'mooring.dev/v1alpha1', kind: 'McpServer', metadata: { name: 'crm' }, spec });
  const status = async (): Promise<McpServer['status']> =>
    (await api.request<McpServer>({ path: `${servers}/crm` })).status;
  const reason = async (wanted: string): Promise<string> => {
    await expect.poll(async () => conditionOf(await status(), 'Ready')?.reason, { timeout: 15_000 }).toBe(wanted);
    return conditionOf(await status(), 'Ready')?.message ?? '';
  };

  const message = await reason('AccessMissing');
  for (const document of parseAllDocuments(message.slice(message.indexOf('\n')))) {
    const object = document.toJS() as { kind: string };
    await create(`/apis/rbac.authorization.k8s.io/v1/namespaces/${name}/${PLURALS[object.kind]}`, object);
  }
  await reason('SecretMissing');
  const metadata = { name: 'crm-token', annotations: { 'mooring.dev/remote-host': remote.host } };
  await create(`${core}/secrets`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata,
    stringData: { Authorization: 'Bearer s3cret' },
  });
  await reason('ConfigMapMissing');
  await create(`${core}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'crm-ca' },
    data: { ca: remote.ca.cert },
  });
  await expect.poll(async () => conditionOf(await status(), 'Ready')?.status, { timeout: 15_000 }).toBe('True');
  expect(await status()).toMatchObject({ backend: { url: remote.url, remote: true }, replicas: 0, toolCount: 2 });
  // It needs nothing on the cluster.
  const deployments = await api.request<{ items: unknown[] }>({ path: `/apis/apps/v1/namespaces/${name}/deployments` });
  expect(deployments.items).toEqual([]);
}, 60_000);
