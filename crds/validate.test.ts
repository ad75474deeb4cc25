import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { McpServerSpec } from './mcpserver.ts';
import { formatProblem } from './problem.ts';
import { manifestText } from './testing/manifest-text.ts';
import { MAX_DOCUMENTS, MAX_FILE_BYTES, parseManifests } from './validate.ts';

const problemsOf = (text: string): string[] => parseManifests(text, 'x.yaml').problems.map(formatProblem);
const withSpec = (spec: unknown): string => manifestText('notes', spec);

describe('each sample in testdata/invalid breaks the rule that its comment names', () => {
  const folder = join(import.meta.dirname, 'testdata', 'invalid');
  test.each(readdirSync(folder))('%s', (name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    const expected = [...text.matchAll(/^# (\d+: .*)$/gm)].map((match) => `${name}:${match[1]}`);
    expect(expected).not.toEqual([]);
    expect(parseManifests(text, name).problems.map(formatProblem)).toEqual(expected);
    expect(parseManifests(text, name).manifests).toEqual([]);
  });
});

test('a valid manifest comes with its defaults, its file and its line', () => {
  expect(parseManifests(`# notes\n${manifestText()}`, 'x.yaml')).toEqual({
    manifests: [
      {
        manifest: {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'McpServer',
          metadata: { name: 'notes', namespace: 'default' },
          spec: { ...McpServerSpec.parse({}), binary: 'notes-server' },
        },
        file: 'x.yaml',
        line: 2,
      },
    ],
    problems: [],
    broken: [],
  });
});

test('every problem of a manifest is told at once, by line', () => {
  const text = `apiVersion: mooring.dev/v1alpha1
kind: McpServer
metadata:
  name: Notes
spec:
  binary: notes-server
  package: { registry: npm, name: notes, version: 1.0.0 }
  port: 70000
  oauth:
    client_id: me
    tools:
      - match: a
        scopes: [user]
      - match: b c
        scopes: [user]
  env:
    - name: A
    - name: A
      value: a
  port: 8080
`;
  expect(parseManifests(text, 'x').problems.map(({ line, path }) => `${line} ${path}`)).toEqual([
    '4 metadata.name',
    '5 spec',
    '10 spec.oauth.client_id',
    '14 spec.oauth.tools[1].match',
    '17 spec.env[0]',
    '18 spec.env[1].name',
    // Of a key that is there twice the last value counts; the first stays a problem only by being there.
    '20 spec.port',
  ]);
});

test('a bad document does not hide the good ones of its file', () => {
  const bad = withSpec({ binary: 'x', port: 0 });
  const { manifests, broken } = parseManifests([manifestText('a'), bad, manifestText('b')].join('---\n'), 'x');
  expect(manifests.map(({ manifest }) => manifest.metadata.name)).toEqual(['a', 'b']);
  expect(broken).toMatchObject([{ name: 'notes', namespace: 'default', wellFormed: true }]);
});

test('documents of other API groups, empty documents and comments are skipped', () => {
  const text = `---\n# nothing\n---\napiVersion: v1\nkind: Secret\nport: 1\nport: 2\n---\n${manifestText()}---\n`;
  const { manifests, problems } = parseManifests(text, 'x');
  expect([manifests.length, problems]).toEqual([1, []]);
  expect(problemsOf('apiVersion: mooring.dev/v2\nkind: Other\n')).toHaveLength(1);
  expect(problemsOf('apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPServer\n')).toEqual([]);
});

test('what `kubectl get -o yaml` prints is a manifest', () => {
  const text = manifestText().replace(
    'metadata:\n',
    `metadata:
  creationTimestamp: "2026-01-01T00:00:00Z"
  generation: 3
  resourceVersion: "17"
  uid: 6f0b9c0e-0000-4000-8000-000000000000
  finalizers: [x]
  managedFields: [{ manager: kubectl }]
  ownerReferences: []
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: "{}"
`,
  );
  const { manifests, problems } = parseManifests(`${text}status:\n  anything: 1\n`, 'x');
  expect(problems).toEqual([]);
  expect(Object.keys(manifests[0]?.manifest.metadata ?? {})).toEqual(['name', 'namespace', 'annotations']);
});

test.each([
  ['scope', 'oauth', 'did you mean `scopes`?'],
  ['display_in_web', undefined, 'did you mean `displayInWeb`?'],
  ['environment', undefined, 'did you mean `env`?'],
  ['client_id', 'oauth', 'did you mean `clientId`?'],
  ['conect', 'timeouts', 'did you mean `connect`?'],
  ['zzz', 'timeouts', 'known here: connect, response, idle, startup'],
])('the unknown field %s in %s: %s', (name, parent, hint) => {
  const fields = { [name]: 'x' };
  const path = `spec.${parent ? `${parent}.` : ''}${name}`;
  expect(problemsOf(withSpec({ binary: 'x', ...(parent ? { [parent]: fields } : fields) }))).toEqual([
    expect.stringContaining(`: ${path}: is not a known field; ${hint}`),
  ]);
});

test('a key that every object inherits is no known field', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    expect(problemsOf(`${manifestText()}  ${name}:\n    a: 1\n`)).toEqual([
      expect.stringContaining(`spec.${name}: is not a known field`),
    ]);
  }
});

describe('text of the manifest is not repeated', () => {
  const SECRET = 'hunter2-canary';
  const leaf = fc.constantFrom<unknown>(SECRET, [SECRET], { [`x`]: SECRET }, 5);
  const names = [
    'name',
    'value',
    'valueFrom',
    'secretKeyRef',
    'key',
    'scopes',
    'match',
    'url',
    'tools',
    'limits',
    'typo',
  ];
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, depthIdentifier: 'tree' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3, depthIdentifier: 'tree' }),
      fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 3, depthIdentifier: 'tree' }),
    ),
  }));

  test('wherever it stands', () => {
    const spec = fc.dictionary(fc.constantFrom(...Object.keys(McpServerSpec.shape)), tree, { maxKeys: 8 });
    fc.assert(
      fc.property(spec, (value) => {
        for (const line of problemsOf(manifestText(SECRET.toUpperCase(), value))) {
          expect(line.toLowerCase()).not.toContain(SECRET);
        }
      }),
    );
  });

  test('also where the YAML is broken', () => {
    for (const line of [
      `"${SECRET}`,
      `!${SECRET} x`,
      `*${SECRET}`,
      `"\\${SECRET}"`,
      `|${SECRET}`,
      `[${SECRET}`,
      `@${SECRET}`,
    ]) {
      const problems = problemsOf(`${manifestText()}  title: ${line}\n`);
      expect(problems).not.toEqual([]);
      expect(problems.join()).not.toContain(SECRET);
    }
  });
});

test('any text is read in bounded time, without an exception, and problems point into it', () => {
  const lines = manifestText('notes', {
    binary: 'x',
    oauth: { scopes: ['a', 'b'] },
    env: [{ name: 'A', value: 'a' }],
  }).split('\n');
  const line = fc.oneof(
    fc.constantFrom(...lines, '---', '  - ', '\t', '"', '{[', '&a *a'),
    fc.string({ maxLength: 12 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (parts) => {
      for (const problem of parseManifests(parts.join('\n'), 'x').problems) {
        expect(problem.line).toBeGreaterThanOrEqual(1);
        expect(problem.line).toBeLessThanOrEqual(parts.join('\n').split('\n').length);
      }
    }),
  );
});

test.each([
  ['too large', 'x'.repeat(MAX_FILE_BYTES + 1), 'is larger than 1 MiB'],
  [
    'too many documents',
    manifestText()
      .concat('---\n')
      .repeat(MAX_DOCUMENTS + 1),
    'has more than 256 documents',
  ],
  ['nested in brackets', '['.repeat(100_000), 'is nested too deeply'],
  ['nested in keys', '? '.repeat(50_000), 'is nested too deeply'],
  [
    'too many keys',
    `${manifestText()}${Array.from({ length: 20_000 }, (_, i) => `  k${i}: 1\n`).join('')}`,
    'spec.k19: is not a known field',
  ],
])('%s', (_, text, message) => {
  const start = performance.now();
  const problems = problemsOf(text);
  expect(problems.join('\n')).toContain(message);
  expect(problems.length).toBeLessThanOrEqual(101);
  // Seconds, where a quadratic reader takes minutes.
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('control characters and overlong names are made harmless', () => {
  const [problem = ''] = problemsOf(`apiVersion: "mooring.dev/\\e[31m${'x'.repeat(200)}"\nkind: McpServer\n`);
  expect(problem).toMatch(/^[\x20-\x7E\uFFFD…]*$/u);
  expect(problem.length).toBeLessThan(200);
});

test('at most 100 problems of a file are told, and how many more there are', () => {
  const problems = problemsOf(
    withSpec({ binary: 'x', env: Array.from({ length: 120 }, (_, i) => ({ name: `A${i}` })) }),
  );
  expect(problems).toHaveLength(101);
  expect(problems.at(-1)).toContain('20 more problems');
});
