import { parseAllDocuments } from 'yaml';
import { beforeAll, expect, test } from 'vitest';
import { kubernetesCredentials } from '../../core/remote/kubernetes-credentials.ts';
import { CredentialsProblem, type RemoteCredentials } from '../../core/remote/remote-credentials.ts';
import { openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { createCertificateAuthority } from '../../test/support/certificates.ts';
import { serverOf } from '../testdata/manifest.ts';
import { speakAsGateway } from './speak-as-gateway.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';
const kind = (apiVersion: string, name: string, plural: string): ResourceKind => ({ apiVersion, kind: name, plural });
const KINDS: Readonly<Record<string, ResourceKind>> = {
  Role: kind(RBAC, 'Role', 'roles'),
  RoleBinding: kind(RBAC, 'RoleBinding', 'rolebindings'),
  Secret: kind('v1', 'Secret', 'secrets'),
  ConfigMap: kind('v1', 'ConfigMap', 'configmaps'),
  ServiceAccount: kind('v1', 'ServiceAccount', 'serviceaccounts'),
};

beforeAll(async () => void (await testApiServer()), API_SERVER_TIMEOUT_MS);

async function create({ api, name: namespace }: TestNamespace, ...objects: readonly unknown[]): Promise<void> {
  for (const object of objects as readonly KubernetesObject[]) {
    const known = KINDS[object.kind];
    if (!known) throw new Error(`${object.kind} is not in the table`);
    await api.request({ method: 'POST', path: pathOf(known, object.metadata.namespace ?? namespace), body: object });
  }
}

const secret = (annotations = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'crm-token', annotations },
  stringData: { Authorization: 'Bearer s3cret' },
});

const remote = {
  url: 'https://crm.example:8443/mcp',
  headersFrom: { secretRef: { name: 'crm-token' } },
  caBundleFrom: { configMapRef: { name: 'crm-ca' } },
};

/** A Mooring in a namespace of its own, whose operator may ask for tokens of its gateway and nothing else. */
async function install(
  home: TestNamespace,
  mayAsk = true,
): Promise<{ api: KubernetesApi; operator: KubernetesApi; credentials: RemoteCredentials }> {
  const user = `operator-${home.name}`;
  const rule = {
    apiGroups: [''],
    resources: ['serviceaccounts/token'],
    resourceNames: ['mooring-gateway'],
    verbs: ['create'],
  };
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'operator' };
  await create(
    home,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'mooring-gateway' } },
    { apiVersion: RBAC, kind: 'Role', metadata: { name: 'operator' }, rules: mayAsk ? [rule] : [] },
    {
      apiVersion: RBAC,
      kind: 'RoleBinding',
      metadata: { name: 'operator' },
      roleRef,
      subjects: [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }],
    },
  );
  const kubeconfig = await home.server.kubeconfigFor({ commonName: user });
  const operator = openKubernetesApi({ kubeconfig });
  const reader = { namespace: home.name, name: 'mooring-gateway' };
  const api = speakAsGateway(operator, reader, { kubeconfig });
  return { api, operator, credentials: kubernetesCredentials({ api, reader }) };
}

const serverIn = ({ name }: TestNamespace): McpServer =>
  serverOf({ binary: undefined, remote }, { name: 'crm', namespace: name });

const problemOf = async (asked: Promise<unknown>): Promise<CredentialsProblem> => {
  const error = await asked.catch((reason: unknown) => reason);
  if (!(error instanceof CredentialsProblem)) throw new Error(`no problem but ${String(error)}`);
  return error;
};

test('the Role of the message, as it stands there, is what lets the gateway read the Secret', async () => {
  await using home = await testNamespace();
  await using team = await testNamespace();
  const { api, operator, credentials } = await install(home);
  const server = serverIn(team);
  await create(team, secret({ 'mooring.dev/remote-host': 'crm.example:8443' }));
  const certificate = createCertificateAuthority().cert;
  await create(team, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'crm-ca' },
    data: { 'ca.crt': certificate },
  });

  const missing = await problemOf(credentials.headers(server));
  expect(missing.reason).toBe('AccessMissing');
  expect((await problemOf(credentials.ca(server))).reason).toBe('AccessMissing');
  const manifests = parseAllDocuments(missing.message.slice(missing.message.indexOf('\n')));
  await create(team, ...manifests.map((document) => document.toJS() as unknown));

  await expect
    .poll(async () => credentials.headers(server).catch(() => 'refused'))
    .toEqual({ authorization: 'Bearer s3cret' });
  expect(await credentials.ca(server)).toBe(certificate.trim());
  // Nobody else may, and the gateway no other.
  const path = pathOf({ apiVersion: 'v1', kind: 'Secret', plural: 'secrets' }, team.name);
  await expect(operator.request({ path: `${path}/crm-token` })).rejects.toMatchObject({ status: 403 });
  await expect(api.request({ path })).rejects.toMatchObject({ status: 403 });
  await expect(api.request({ path: `${path}/other` })).rejects.toMatchObject({ status: 403 });
  await Promise.all([api.close(), operator.close()]);
});

test('a Secret for another host, or for none, is not sent; one that is not there is named', async () => {
  await using home = await testNamespace();
  await using team = await testNamespace();
  const { api, operator, credentials } = await install(home);
  const server = serverIn(team);
  const { message } = await problemOf(credentials.headers(server));
  await create(
    team,
    ...parseAllDocuments(message.slice(message.indexOf('\n'))).map((document) => document.toJS() as unknown),
  );
  await expect.poll(async () => (await problemOf(credentials.headers(server))).reason).toBe('SecretMissing');
  await create(team, secret());
  const unbound = await problemOf(credentials.headers(server));
  expect(unbound).toMatchObject({ reason: 'HostNotBound', message: expect.stringContaining('does not say') });
  expect(unbound.message).toContain(
    `kubectl -n ${team.name} annotate --overwrite secret crm-token mooring.dev/remote-host=crm.example:8443`,
  );
  expect(unbound.message).not.toContain('s3cret');
  await Promise.all([api.close(), operator.close()]);
});

test('an operator that may not speak for the gateway says so, and asks nobody for a Role', async () => {
  await using home = await testNamespace();
  await using team = await testNamespace();
  const { api, operator, credentials } = await install(home, false);
  expect(await problemOf(credentials.headers(serverIn(team)))).toMatchObject({ reason: 'GatewayUnknown' });
  await Promise.all([api.close(), operator.close()]);
});
