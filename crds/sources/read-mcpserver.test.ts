import { describe, expect, test } from 'vitest';
import type { KubernetesObject } from '../kubernetes/kubernetes-object.ts';
import { McpServerSpec } from '../mcpserver.ts';
import { formatProblem } from '../problem.ts';
import { readMcpServer } from './read-mcpserver.ts';

const stored = (spec: unknown, status?: unknown): KubernetesObject => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: {
    name: 'notes',
    namespace: 'team',
    uid: 'u',
    generation: 3,
    resourceVersion: '7',
    creationTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['x'],
  },
  spec,
  ...(status !== undefined && { status }),
});

const problemsOf = (object: KubernetesObject): string[] => readMcpServer(object).problems.map(formatProblem);

test('a server is read with defaults, without what only the API server needs', () => {
  const { server, problems } = readMcpServer(stored({ binary: 'x' }));
  expect(problems).toEqual([]);
  expect(server).toEqual({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: {
      name: 'notes',
      namespace: 'team',
      uid: 'u',
      generation: 3,
      resourceVersion: '7',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: McpServerSpec.parse({ binary: 'x' }),
  });
});

test('while the generation is the same the spec is the same object', () => {
  const first = readMcpServer(stored({ binary: 'x', future: 1 }));
  const second = readMcpServer(stored({ binary: 'x', future: 1 }, { conditions: [], toolCount: 1 }), first);
  expect(second.server.spec).toBe(first.server.spec);
  expect(second.problems).toBe(first.problems);
  expect(second.server.status?.toolCount).toBe(1);
});

describe('a spec that another version of the definition admitted', () => {
  test('what is not known counts as absent, and is told', () => {
    const object = stored({ binary: 'x', port: 70_000, future: { a: 1 }, title: 'Notes' });
    expect(readMcpServer(object).server.spec).toEqual(McpServerSpec.parse({ binary: 'x', title: 'Notes' }));
    expect(problemsOf(object)).toEqual([
      'team/notes: spec.port: 70000 is too large; a port is 1 to 65535',
      expect.stringMatching(/^team\/notes: spec\.future: is not a known field; known here: image, /),
    ]);
  });

  test.each([
    ['an unknown rule', { roles: ['a'] }],
    ['an unknown kind of scope', { required: true, scopes: [{ name: 'a' }] }],
    ['an unknown field of a rule for tools', { required: false, tools: [{ match: 'a', scopes: ['b'], when: 'x' }] }],
    ['no map at all', 'open'],
  ])('oauth with %s lets only administrators in', (_, oauth) => {
    const { server, problems } = readMcpServer(stored({ binary: 'x', oauth }));
    expect(server.spec.oauth).toEqual({ required: true, scopes: ['admin'], tools: [] });
    expect(problems.length).toBeGreaterThan(0);
  });

  test('limits of the network that cannot be read become the tightest ones', () => {
    const { server } = readMcpServer(stored({ binary: 'x', network: { egress: [{ fqdn: 'example.com' }] } }));
    expect(server.spec.network).toEqual({ egress: [] });
  });

  test('a rule that the older definition did not have is told', () => {
    expect(problemsOf(stored({ title: 'Notes' }))).toEqual([
      expect.stringMatching(/^team\/notes: spec: exactly one of/),
    ]);
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'x'],
    ['a list', []],
    ['fields that all are wrong', { image: 1, env: 2, oauth: 3, replicas: 'x', podTemplate: [] }],
  ])('%s is read without a throw', (_, spec) => {
    expect(problemsOf(stored(spec)).length).toBeGreaterThan(0);
  });

  test('what is nested without end is not walked through', () => {
    const podTemplate: unknown = JSON.parse(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`);
    const object = stored({ binary: 'x', podTemplate });
    expect(readMcpServer(object).server.spec).toEqual(McpServerSpec.parse({ binary: 'x' }));
    expect(problemsOf(object)).toEqual([
      'team/notes: spec.podTemplate: is nested too deeply; at most 64 levels are read',
    ]);
  });
});

describe('a status that another version of the operator wrote', () => {
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'Serving',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  };

  test('keeps all that is known', () => {
    const status = {
      conditions: [ready, { ...ready, type: 'Charmed' }, { ...ready, type: 'Accepted', future: 1 }],
      backend: { url: 'http://x', future: { a: 1 } },
      future: 1,
      toolCount: -1,
      url: 'https://example.com',
    };
    expect(readMcpServer(stored({ binary: 'x' }, status)).server.status).toEqual({
      conditions: [ready, { ...ready, type: 'Accepted' }],
      backend: { url: 'http://x' },
      url: 'https://example.com',
    });
  });

  test('without a field that is needed loses what needs it', () => {
    const status = { conditions: [ready, { type: 'Accepted' }], backend: {} };
    expect(readMcpServer(stored({ binary: 'x' }, status)).server.status).toEqual({ conditions: [ready] });
  });

  test('that is none counts as absent', () => {
    expect(readMcpServer(stored({ binary: 'x' }, 'ready')).server.status).toBeUndefined();
  });
});
