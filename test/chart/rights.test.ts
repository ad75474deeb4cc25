import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { MCP_SERVERS } from '../../crds/sources/kubernetes.ts';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../support/api-server.ts';
import { apply } from './apply.ts';
import { render } from './render.ts';
import { RIGHTS } from './rights.ts';

interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
}

interface Editable extends Record<'metadata' | 'spec', Record<string, unknown>> {}

let home: TestNamespace;
let elsewhere: TestNamespace;
let unwatched: TestNamespace;
beforeAll(async () => {
  [home, elsewhere, unwatched] = [await testNamespace(), await testNamespace(), await testNamespace()];
}, API_SERVER_TIMEOUT_MS);
afterAll(async () => {
  for (const namespace of [home, elsewhere, unwatched]) await namespace[Symbol.asyncDispose]();
});

async function install(release: TestNamespace, values: Record<string, unknown>): Promise<void> {
  const objects = await render(values, release.name);
  const wanted = objects.filter(({ kind }) =>
    /^(?:ServiceAccount|ValidatingAdmission.*|.*Role(?:Binding)?)$/.test(kind),
  );
  for (const object of wanted) await apply(release.api, object);
}

const as = async (account: string, release: TestNamespace): Promise<KubernetesApi> =>
  openKubernetesApi({
    kubeconfig: await release.server.kubeconfigFor({
      commonName: `system:serviceaccount:${release.name}:${account}`,
      organizations: ['system:serviceaccounts', `system:serviceaccounts:${release.name}`],
    }),
  });

/** One line for each resource: what the API server says that this ServiceAccount may do in this namespace. */
async function rightsOf(account: string, release: TestNamespace, namespace: string): Promise<Set<string>> {
  const ask = async (name: string): Promise<string[]> => {
    const api = await as(name, release);
    const { status } = await api.request<{ status: { resourceRules: Rule[]; incomplete: boolean } }>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } },
    });
    await api.close();
    expect(status.incomplete).toBe(false);
    return status.resourceRules.flatMap(lines);
  };
  // Everybody who is signed in may ask who they are and what they may.
  const everybody = new Set(await ask('somebody'));
  return new Set((await ask(account)).filter((line) => !everybody.has(line)));
}

const lines = ({ apiGroups, resources, resourceNames = [], verbs }: Rule): string[] =>
  apiGroups.flatMap((group) =>
    resources.map((resource) =>
      `${group || 'core'} ${resource} ${resourceNames.join(' ')}`.trimEnd().concat(`: ${verbs.toSorted().join(' ')}`),
    ),
  );

describe('cluster-wide', () => {
  beforeAll(() => install(home, {}));
  test.each(['operator', 'gateway', 'systemprompt'] as const)(
    'the %s may do what is listed, and nothing else',
    async (component) => {
      expect(await rightsOf(`mooring-${component}`, home, home.name)).toEqual(new Set(RIGHTS[component].home));
      expect(await rightsOf(`mooring-${component}`, home, elsewhere.name)).toEqual(
        new Set(RIGHTS[component].elsewhere),
      );
    },
  );
  test('systemprompt switches a server off and on, and changes nothing else of it', async () => {
    const path = pathOf(MCP_SERVERS, elsewhere.name, 'switched');
    const { apiVersion, kind } = MCP_SERVERS;
    await apply(elsewhere.api, {
      apiVersion,
      kind,
      metadata: { name: 'switched', namespace: elsewhere.name, labels: { a: 'b' } },
      spec: { image: 'example/notes:1', args: ['x'] },
    });
    const api = await as('mooring-systemprompt', home);
    const write = async (change: (server: Editable) => void): Promise<unknown> => {
      const server = await api.request<Editable>({ path });
      change(server);
      return api.request({ method: 'PUT', path, query: { dryRun: 'All' }, body: server });
    };
    // An API server hears of a policy some moments after it was made.
    const edit = async () => write(({ spec }) => (spec['image'] = 'attacker/x:1')).then(String, String);
    await expect.poll(edit, { timeout: 20_000 }).toContain('switches servers on and off');
    for (const change of [
      ({ spec }) => (spec['serviceAccountName'] = 'mooring-operator'),
      ({ spec }) => delete spec['args'],
      ({ spec }) => (spec['args'] = ['y']),
      ({ metadata }) => (metadata['labels'] = { 'mooring.dev/bundled': 'true' }),
      ({ metadata }) => delete metadata['labels'],
    ] satisfies ((server: Editable) => void)[])
      await expect(write(change)).rejects.toThrow('switches servers on and off');
    for (const enabled of [false, true]) await write(({ spec }) => (spec['enabled'] = enabled));
    await api.close();
  });
  test('the database may do nothing', async () => {
    expect(await rightsOf('mooring-database', home, home.name)).toEqual(new Set());
  });
});

describe('in named namespaces', () => {
  beforeAll(() => install(unwatched, { watchNamespaces: [elsewhere.name], rbac: { aggregate: false } }));
  test.each(['operator', 'gateway', 'systemprompt'] as const)(
    'the %s may do the same there, and nothing elsewhere',
    async (component) => {
      const account = `mooring-${component}`;
      expect(await rightsOf(account, unwatched, unwatched.name)).toEqual(new Set(RIGHTS[component].home));
      expect(await rightsOf(account, unwatched, elsewhere.name)).toEqual(new Set(RIGHTS[component].elsewhere));
      expect(await rightsOf(account, unwatched, 'default')).toEqual(new Set());
    },
  );
});

test('roles for people: whoever edits servers cannot write their status', async () => {
  const roles = (await render({})).filter(({ metadata }) => metadata.name.startsWith('mooring-mcpservers-'));
  const writers = roles.flatMap(({ rules }) => rules as Rule[]).filter(({ verbs }) => verbs.includes('patch'));
  expect(writers.flatMap(({ resources }) => resources)).toEqual(['mcpservers', 'mcpservers/scale']);
  expect(
    roles.map(({ metadata }) => Object.keys(metadata.labels ?? {}).filter((key) => key.includes('aggregate-to'))),
  ).toEqual([
    ['rbac.authorization.k8s.io/aggregate-to-edit', 'rbac.authorization.k8s.io/aggregate-to-admin'],
    ['rbac.authorization.k8s.io/aggregate-to-view'],
  ]);
});
