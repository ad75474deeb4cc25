import { expect, test } from 'vitest';
import { McpServerSpec } from './mcpserver.ts';
import { patternSteps } from './path-pattern.ts';
import { structuralSchema, type StructuralSchema } from './structural-schema.ts';
import { supportedFields, UNSUPPORTED, type Platform } from './supported-fields.ts';

const on = (spec: unknown, platform: Platform = 'laptop') => supportedFields(McpServerSpec.parse(spec), platform);

test('what is supported is not named', () => {
  expect(
    on({
      binary: 'notes-server',
      args: ['--verbose'],
      port: 5000,
      oauth: { required: false, clientId: 'me', scopes: ['user'], tools: [{ match: 'a', scopes: ['admin'] }] },
      env: [
        { name: 'A', value: 'a' },
        { name: 'B', valueFrom: { secretKeyRef: { name: 'notes', key: 'b' } } },
      ],
      envFrom: [{ secretRef: { name: 'notes' } }],
      timeouts: { connect: '1s', response: '1m', idle: '1m', startup: '5s' },
    }),
  ).toEqual({ notSupportedYet: [], withoutEffect: [] });
});

test.each([
  [{ package: { registry: 'npm', name: 'notes', version: '1.0.0' } }, 'spec.package'],
  [{ transport: 'stdio' }, 'spec.transport'],
  [{ transport: 'sse' }, 'spec.transport'],
  [{ rateLimit: { requests: 1, per: '1s' } }, 'spec.rateLimit'],
  [{ volumes: [{ name: 'a', mountPath: '/a', emptyDir: {} }] }, 'spec.volumes'],
  [{ oauth: { audience: 'https://example.com' } }, 'spec.oauth.audience'],
  [
    {
      env: [
        { name: 'A', value: 'a' },
        { name: 'B', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
      ],
    },
    'spec.env[1].valueFrom.configMapKeyRef',
  ],
  [{ envFrom: [{ configMapRef: { name: 'c' } }] }, 'spec.envFrom[0].configMapRef'],
])('%j is not supported yet', (spec, path) => {
  expect(on(spec)).toEqual({ notSupportedYet: [path], withoutEffect: [] });
});

test.each([
  [{ image: 'example/notes:1' }, 'spec.image'],
  [{ resources: { limits: { cpu: 1 } } }, 'spec.resources'],
  [{ podTemplate: { metadata: {} } }, 'spec.podTemplate'],
  [{ network: {} }, 'spec.network'],
  [{ imagePullSecrets: [{ name: 'a' }] }, 'spec.imagePullSecrets'],
  [{ autoscaling: { maxReplicas: 3 } }, 'spec.autoscaling'],
  [{ serviceAccountName: 'notes' }, 'spec.serviceAccountName'],
  [{ disruptionBudget: { minAvailable: 1 } }, 'spec.disruptionBudget'],
  [{ replicas: 2 }, 'spec.replicas'],
  [{ replicas: 0 }, 'spec.replicas'],
  [{ rolloutGate: false }, 'spec.rolloutGate'],
])('%j has no effect', (spec, path) => {
  expect(on(spec)).toEqual({ notSupportedYet: [], withoutEffect: [path] });
});

test('a cluster does everything that shapes a pod', () => {
  const shape = {
    image: 'example/notes:1',
    binary: 'notes',
    args: ['a'],
    port: 9000,
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }],
    envFrom: [{ configMapRef: { name: 'c' } }],
    volumes: [{ name: 'a', mountPath: '/a', emptyDir: {} }],
    resources: { limits: { cpu: 1 } },
    podTemplate: { metadata: {} },
    network: {},
    imagePullSecrets: [{ name: 'a' }],
    autoscaling: { maxReplicas: 3 },
    serviceAccountName: 'notes',
    disruptionBudget: { minAvailable: 1 },
    replicas: 2,
    rolloutGate: false,
    timeouts: { startup: '5s' },
  };
  expect(on(shape, 'cluster')).toEqual({ notSupportedYet: [], withoutEffect: [] });
});

test.each([
  [{ package: { registry: 'npm', name: 'notes', version: '1.0.0' } }, 'spec.package'],
  [{ transport: 'stdio' }, 'spec.transport'],
  [{ rateLimit: { requests: 1, per: '1s' } }, 'spec.rateLimit'],
  [{ oauth: { audience: 'https://example.com' } }, 'spec.oauth.audience'],
])('%j is not supported yet on a cluster', (spec, path) => {
  expect(on(spec, 'cluster')).toEqual({ notSupportedYet: [path], withoutEffect: [] });
});

test.each(['laptop', 'cluster'] as const)('a remote server is the same on a %s', (platform) => {
  const remote = { url: 'https://example.com/mcp', headersFrom: { secretRef: { name: 'a' } } };
  expect(on({ remote, timeouts: { connect: '1s' } }, platform)).toEqual({ notSupportedYet: [], withoutEffect: [] });
  expect(
    on({ remote, transport: 'sse', path: '/other', port: 1, replicas: 3, env: [{ name: 'A', value: 'a' }] }, platform),
  ).toEqual({
    notSupportedYet: ['spec.transport'],
    withoutEffect: ['spec.port', 'spec.path', 'spec.env', 'spec.replicas'],
  });
});

test('all of them are named, and defaults and empty lists are not', () => {
  const { notSupportedYet, withoutEffect } = on({
    image: 'example/notes:1',
    replicas: 1,
    transport: 'sse',
    volumes: [],
    podTemplate: {},
    rolloutGate: false,
    rateLimit: { requests: 1, per: '1s' },
  });
  expect(notSupportedYet).toEqual(['spec.transport', 'spec.rateLimit']);
  expect(withoutEffect).toEqual(['spec.image', 'spec.rolloutGate']);
});

test('every field of the table is in the model', () => {
  const spec = structuralSchema(McpServerSpec);
  const paths = Object.values(UNSUPPORTED).flatMap((support) => [...support.notSupportedYet, ...support.withoutEffect]);
  for (const path of paths) {
    const field = patternSteps(path)
      .slice(1)
      .reduce<StructuralSchema | undefined>(
        (schema, step) => (step === '[]' ? schema?.items : schema?.properties?.[step]),
        spec,
      );
    expect(field, path).toBeDefined();
  }
});
