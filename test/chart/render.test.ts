import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { installYaml } from '../../charts/generate-install.ts';
import { staleFiles } from '../../charts/generate.ts';
import { BUNDLED_SERVERS } from '../../core/bundled-servers.ts';
import { parseManifests } from '../../crds/validate.ts';
import * as paths from '../../core/pod-paths.ts';
import { helm } from '../support/kubernetes-tools.ts';
import { CHART, find, NAMESPACED, objectsOf, PRODUCTION, render, renderText } from './render.ts';

const ROOT = join(import.meta.dirname, '..', '..');

interface PodSpec {
  readonly volumes: readonly { name: string; secret?: { secretName: string }; configMap?: { name: string } }[];
  readonly containers: readonly {
    readonly volumeMounts: readonly { name: string; mountPath: string }[];
    readonly ports: readonly { name: string; containerPort: number }[];
    readonly env?: readonly { name: string }[];
    readonly args: readonly string[];
    readonly image: string;
  }[];
}

const podOf = async (kind: string, name: string, values = {}): Promise<PodSpec> => {
  const object = find(await render(values), kind, name);
  return (object['spec'] as { template: { spec: PodSpec } }).template.spec;
};

/** What is mounted where: `{ '/var/run/mooring/keys': 'mooring-gateway-keys' }`. */
function mounts({ volumes, containers }: PodSpec): Record<string, string | undefined> {
  const sources = new Map(volumes.map(({ name, secret, configMap }) => [name, secret?.secretName ?? configMap?.name]));
  return Object.fromEntries(
    (containers[0]?.volumeMounts ?? []).map(({ name, mountPath }) => [mountPath, sources.get(name)]),
  );
}

test('helm lint has nothing to say', async () => {
  expect(await helm('lint', '--strict', CHART)).toContain('0 chart(s) failed');
});

test('what is generated is what its sources say now', async () => {
  expect(await staleFiles()).toEqual([]);
  expect(await readFile(join(ROOT, 'deploy', 'install.yaml'), 'utf8')).toBe(await installYaml());
});

test.each([
  ['production', PRODUCTION],
  ['namespaced', NAMESPACED],
])('%s renders as it did, and twice the same', async (name, values) => {
  const text = await renderText(values);
  const withoutCrd = text
    .split(/^---\n/m)
    .filter((part) => !part.includes('kind: CustomResourceDefinition'))
    .join('---\n');
  await expect(withoutCrd).toMatchFileSnapshot(`snapshots/${name}.yaml`);
  expect(await renderText(values)).toBe(text);
});

test('no object is there twice, and each is in the namespace of the release', async () => {
  for (const values of [{}, PRODUCTION]) {
    const objects = await render(values, 'elsewhere');
    const ids = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { kind, metadata } of objects) {
      const ofCluster = /^(?:ClusterRole|CustomResource|ValidatingAdmission)/.test(kind);
      expect([kind, metadata.namespace]).toEqual([kind, ofCluster ? undefined : 'elsewhere']);
    }
  }
});

test('the pods have what the programs look for, where they look', async () => {
  const gateway = await podOf('Deployment', paths.OBJECTS.gateway);
  expect(mounts(gateway)).toEqual({
    [dirname(paths.CONFIG_FILE)]: paths.OBJECTS.config,
    [dirname(paths.GATEWAY_KEYS_FILE)]: paths.SECRETS.gatewayKeys.name,
    [dirname(paths.IDENTITY_JWKS_FILE)]: paths.OBJECTS.identity,
    [dirname(paths.DATABASE_URL_FILE)]: paths.SECRETS.gatewayDatabase.name,
    [dirname(paths.ADMIN_PASSWORD_FILE)]: paths.SECRETS.admin.name,
    '/tmp': undefined,
  });
  expect(gateway.containers[0]?.ports.map(({ containerPort }) => containerPort)).toEqual([
    paths.PORTS.gateway,
    paths.PORTS.gatewayHealth,
  ]);
  const operator = await podOf('Deployment', paths.OBJECTS.operator);
  expect(mounts(operator)).toEqual({ [dirname(paths.CONFIG_FILE)]: paths.OBJECTS.config, '/tmp': undefined });
  expect(operator.containers[0]?.ports[0]?.containerPort).toBe(paths.PORTS.operatorHealth);
  for (const pod of [gateway, operator]) {
    const names = pod.containers[0]?.env?.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.values(paths.POD_VARIABLES)));
  }
  const database = await podOf('StatefulSet', paths.OBJECTS.database);
  expect(mounts(database)).toEqual({
    [dirname(paths.DATABASE_PASSWORD_FILE)]: paths.SECRETS.database.name,
    [dirname(paths.POSTGRES_FOLDER)]: undefined,
    '/tmp': undefined,
  });
  expect(database.containers[0]?.ports[0]?.containerPort).toBe(paths.PORTS.database);
});

test('pods are replaced when the public URL changes, not for what is live', async () => {
  const checksum = async (values: Record<string, unknown>) =>
    /start-checksum: (\w+)/.exec(await renderText(values))?.[1];
  const before = await checksum({});
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await checksum({ config: { allowedHosts: ['mcp.example.com'] } })).toBe(before);
  expect(await checksum({ publicUrl: 'https://mcp.example.com' })).not.toBe(before);
  expect(await checksum({ config: { limits: { requestSeconds: 5 } } })).not.toBe(before);
});

test('namespaces that are watched include that of the release, once', async () => {
  const { containers } = await podOf('Deployment', 'mooring-operator', {
    watchNamespaces: ['team-a', 'mooring-system'],
  });
  expect(containers[0]?.args).toContain('--watch-namespaces=mooring-system,team-a');
});

test('mooring.yaml holds publicUrl and config', async () => {
  const config = find(await render(PRODUCTION), 'ConfigMap', 'mooring-config');
  expect(objectsOf((config['data'] as Record<string, string>)['mooring.yaml'] ?? '')).toEqual([
    {
      publicUrl: 'https://mcp.example.com',
      // The name by which systemprompt calls.
      allowedHosts: ['mooring-gateway:8080'],
      allowedOrigins: ['https://app.example.com'],
      limits: { requestSeconds: 30 },
    },
  ]);
});

describe('systemprompt, which calls other servers for its callers', () => {
  const OFF = { servers: { systemprompt: { enabled: false } } };

  test('is the one server whose identities the gateway exchanges, in the namespace of the release', async () => {
    const argsIn = async (values: object) => (await podOf('Deployment', 'mooring-gateway', values)).containers[0]?.args;
    expect(await argsIn({})).toContain('--exchange-for=mooring-system/systemprompt');
    expect(JSON.stringify(await argsIn(OFF))).not.toContain('exchange');
  });

  test('has an account and a way to gateway and API server of its own, and nothing of it stays when it is off', async () => {
    const data = find(await render({}), 'ConfigMap', 'mooring-bundled')['data'] as Record<string, string>;
    const accounts = Object.entries(data).flatMap(([file, text]) => {
      const { spec } = parseManifests(text, file).manifests[0]?.manifest ?? {};
      return spec?.serviceAccountName || spec?.podTemplate ? [[file, spec.serviceAccountName, spec.podTemplate]] : [];
    });
    expect(accounts).toEqual([
      ['systemprompt.yaml', 'mooring-systemprompt', { spec: { automountServiceAccountToken: true } }],
    ]);
    expect(await renderText(OFF)).not.toMatch(/mooring-systemprompt|mooring-gateway:8080/);
  });

  test('may make servers where the values say so alone, and is then bound by no policy', async () => {
    const policies = async (values: Record<string, unknown>) =>
      (await render(values)).filter(({ kind }) => kind === 'ValidatingAdmissionPolicy').length;
    const role = async (values: Record<string, unknown>) =>
      find(await render(values), 'ClusterRole', 'mooring-systemprompt')['rules'] as readonly { verbs: string[] }[];
    expect([await policies({}), await role({})]).toMatchObject([1, [{ verbs: ['get', 'list', 'update'] }]]);
    const sync = { servers: { systemprompt: { sync: true } } };
    const all = ['get', 'list', 'update', 'create', 'delete'];
    expect([await policies(sync), await role(sync)]).toMatchObject([0, [{ verbs: all }]]);
  });

  test('leaves the hosts that somebody has allowed', async () => {
    const config = find(await render({ config: { allowedHosts: ['a.example'] } }), 'ConfigMap', 'mooring-config');
    expect(objectsOf((config['data'] as Record<string, string>)['mooring.yaml'] ?? '')).toMatchObject([
      { allowedHosts: ['a.example', 'mooring-gateway:8080'] },
    ]);
  });
});

describe('bundled servers', () => {
  const names = Object.keys(BUNDLED_SERVERS);
  const bundled = async (values: Record<string, unknown>) =>
    find(await render(values), 'ConfigMap', 'mooring-bundled')['data'] as Record<string, string> | null;

  test('are valid manifests with the image of the chart', async () => {
    const files = (await bundled(PRODUCTION)) ?? {};
    expect(Object.keys(files).sort()).toEqual(names.map((name) => `${name}.yaml`).sort());
    for (const name of names) {
      const { manifests, problems } = parseManifests(files[`${name}.yaml`] ?? '', name);
      expect(problems).toEqual([]);
      expect(manifests[0]?.manifest).toMatchObject({
        metadata: { name },
        spec: {
          image: 'registry.example.com/mooring:1.2.3',
          imagePullSecrets: [{ name: 'registry' }],
          binary: 'mooring',
          args: ['server', name],
        },
      });
    }
  });

  test('take what the values say of them beside what they need', async () => {
    const folder = { name: 'skills', mountPath: '/srv/skills', readOnly: false, emptyDir: {} };
    const variable = { name: 'MARKETPLACE_SKILLS_FOLDER', value: '/srv/skills' };
    const spec = { title: 'Our skills', env: [variable], volumes: [folder], oauth: { scopes: ['staff'] } };
    const files = (await bundled({ servers: { marketplace: { spec } } })) ?? {};
    const { manifests, problems } = parseManifests(files['marketplace.yaml'] ?? '', 'marketplace');
    expect(problems).toEqual([]);
    expect(manifests[0]?.manifest.spec).toMatchObject({
      title: 'Our skills',
      binary: 'mooring',
      oauth: { scopes: ['staff'], tools: expect.arrayContaining([{ match: 'get_secrets', scopes: ['secrets:read'] }]) },
      env: [{ name: 'DATABASE_URL' }, { name: 'MOORING_KEK_FILE' }, variable],
      volumes: [{ name: 'kek' }, folder],
    });
    expect(files['systemprompt.yaml']).not.toContain('/srv/skills');
  });

  test('are absent when switched off', async () => {
    const files = await bundled({ servers: { marketplace: { enabled: false } } });
    expect(Object.keys(files ?? {}).sort()).toEqual(['content-manager.yaml', 'systemprompt.yaml']);
    expect(await bundled({ servers: Object.fromEntries(names.map((name) => [name, { enabled: false }])) })).toBeFalsy();
  });

  test('find their key where Kubernetes mounts it, if they encrypt', async () => {
    const files = (await bundled({})) ?? {};
    const mount = { name: 'kek', mountPath: '/var/run/mooring/kek', readOnly: true };
    const { spec } = parseManifests(files['marketplace.yaml'] ?? '', 'marketplace').manifests[0]?.manifest ?? {};
    expect(spec?.volumes).toEqual([{ ...mount, secret: { secretName: 'marketplace-kek' } }]);
    expect(spec?.env).toContainEqual({ name: 'MOORING_KEK_FILE', value: '/var/run/mooring/kek/kek' });
    expect(files['systemprompt.yaml']).not.toContain('kek');
  });
});
