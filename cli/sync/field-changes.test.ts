import { expect, test } from 'vitest';
import { McpServerManifest } from '../../crds/mcpserver.ts';
import { fieldChanges } from './field-changes.ts';

const manifest = (spec: object, labels?: Record<string, string>) =>
  McpServerManifest.parse({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'McpServer',
    metadata: { name: 'a', ...(labels && { labels }) },
    spec: { binary: 'x', ...spec },
  });

const changesOf = (from: object, to: object) => fieldChanges(manifest(from), manifest(to));

test.each<[string, object, object, object[]]>([
  ['a value', { port: 8080 }, { port: 9090 }, [{ path: 'spec.port', from: '8080', to: '9090' }]],
  ['a value that comes', {}, { port: 9090 }, [{ path: 'spec.port', to: '9090' }]],
  ['a value that goes back to its default', { path: '/x' }, {}, [{ path: 'spec.path', from: '/x' }]],
  [
    'an entry of a list, by its name',
    {
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', value: 'y' },
      ],
    },
    { env: [{ name: 'B', value: 'z' }] },
    [
      { path: 'spec.env[A].name', from: 'A' },
      { path: 'spec.env[A].value', from: 'x' },
      { path: 'spec.env[B].value', from: 'y', to: 'z' },
    ],
  ],
  [
    'another order',
    {
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', value: 'y' },
      ],
    },
    {
      env: [
        { name: 'B', value: 'y' },
        { name: 'A', value: 'x' },
      ],
    },
    [{ path: 'spec.env', from: '[A] [B]', to: '[B] [A]' }],
  ],
  ['a list of words', { tags: ['a'] }, { tags: ['a', 'b'] }, [{ path: 'spec.tags', from: 'a', to: 'a b' }]],
  [
    'inside of an object',
    { oauth: { scopes: ['a'] } },
    { oauth: { required: false } },
    [
      { path: 'spec.oauth.scopes', from: 'a' },
      { path: 'spec.oauth.required', to: 'false' },
    ],
  ],
])('tells %s', (_, from, to, expected) => {
  expect(changesOf(from, to)).toEqual(expected);
});

test('labels are part of a manifest, and their names are quoted', () => {
  expect(fieldChanges(manifest({}, { 'a.b/c': '1' }), manifest({}))).toEqual([
    { path: 'metadata.labels["a.b/c"]', from: '1' },
  ]);
});

test.each([
  ['by the name of its variable', { env: [{ name: 'DB_PASSWORD', value: 'hunter2hunter2' }] }],
  [
    'in a variable that is new',
    {
      env: [
        { name: 'X', value: '1' },
        { name: 'API_TOKEN', value: 'hunter2hunter2' },
      ],
    },
  ],
  ['after its flag', { args: ['--token', 'hunter2hunter2'] }],
  ['in one word with its flag', { args: ['--auth=hunter2hunter2'] }],
  ['by a name that only import knew', { env: [{ name: 'SIGNING_KEY', value: 'hunter2hunter2' }] }],
  ['in one word of a name', { env: [{ name: 'DBPASS', value: 'hunter2hunter2' }] }],
  ['in the query of a URL', { remote: { url: 'https://mcp.example/mcp?sig=hunter2hunter2' } }],
  ['by its form', { description: 'use sk-hunter2hunter2hunter2' }],
  ['in a URL', { env: [{ name: 'DB', value: 'postgres://u:hunter2hunter2@h/d' }] }],
  [
    'in a pod template',
    {
      podTemplate: {
        spec: { containers: [{ name: 'server', env: [{ name: 'MY_SECRET', value: 'hunter2hunter2' }] }] },
      },
    },
  ],
])('a secret is not shown: %s', (_, spec) => {
  const told = JSON.stringify([...changesOf({ env: [{ name: 'X', value: '1' }] }, spec), ...changesOf(spec, {})]);
  expect(told).toContain('***');
  expect(told).not.toContain('hunter2');
});

test('text of strangers does not reach a terminal as it is', () => {
  const [change] = changesOf({}, { description: `a\u001b[31m\n${'b'.repeat(200)}` });
  expect(change?.to).toMatch(/^a\P{C}*$/u);
  expect(change?.to?.length).toBeLessThan(80);
});
