import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { editYaml } from './edit-yaml.ts';
import { splitYaml } from './split-yaml.ts';
import { yamlDocuments } from './yaml-documents.ts';

const valueOf = (text: string): unknown => [...yamlDocuments(text)][0]?.value;

const TEXT = `# of the team
apiVersion: mooring.dev/v1alpha1 # the version

spec:
  # why this port
  port:   8080   # four digits
  title: "A title"
  description: |
    two
    lines

  env: # what it reads
  # in the column of its parent
  - name: A # first
    value: 'x'
  - name: B
    # of B
    value: y
  tags: [one, two] # words
  oauth: {required: true, scopes: [user]}
# the end
`;
const VALUE = valueOf(TEXT) as { apiVersion: string; spec: Record<string, unknown> };
const withSpec = (spec: Record<string, unknown>) => ({ ...VALUE, spec: { ...VALUE.spec, ...spec } });
const { port: _, ...WITHOUT_PORT } = VALUE.spec;

test.each<[string, Record<string, unknown>, string, string]>([
  ['a number', withSpec({ port: 9090 }), 'port:   8080 ', 'port:   9090 '],
  ['a text keeps its quotes', withSpec({ title: 'B: c' }), '"A title"', '"B: c"'],
  ['a text of several lines', withSpec({ description: 'other\nlines\n' }), 'two\n    lines', 'other\n    lines'],
  [
    'an entry of a list',
    withSpec({
      env: [
        { name: 'A', value: 'z' },
        { name: 'B', value: 'y' },
      ],
    }),
    "'x'",
    "'z'",
  ],
  [
    'one entry more',
    withSpec({
      env: [
        { name: 'A', value: 'x' },
        { name: 'B', value: 'y' },
        { name: 'C', value: 'z' },
      ],
    }),
    '    value: y\n',
    '    value: y\n  - name: C\n    value: z\n',
  ],
  ['one entry less', withSpec({ env: [{ name: 'B', value: 'y' }] }), "  - name: A # first\n    value: 'x'\n", ''],
  ['a field less', { ...VALUE, spec: WITHOUT_PORT }, '  port:   8080   # four digits\n', ''],
  ['a field more', withSpec({ path: '/x' }), 'scopes: [user]}\n', 'scopes: [user]}\n  path: /x\n'],
  ['a list in brackets', withSpec({ tags: ['one'] }), 'tags: [one, two]', 'tags:\n    - one'],
  [
    'a field in braces',
    withSpec({ oauth: { required: false, scopes: ['user'] } }),
    'required: true',
    'required: false',
  ],
  ['a field more at the root', { ...VALUE, kind: 'McpServer' }, '# the end\n', 'kind: McpServer\n# the end\n'],
])('%s is changed and everything else stays as it was written', (_name, wanted, before, after) => {
  expect(TEXT).toContain(before);
  expect(editYaml(TEXT, wanted)).toBe(TEXT.replace(before, after));
});

test('what would change more than was asked for is not done', () => {
  expect(editYaml('a: &x {b: 1}\nc: *x\n', { a: { b: 2 }, c: { b: 1 } })).toBeUndefined();
  expect(editYaml('a: [', { a: 1 })).toBeUndefined();
  expect(editYaml('- a\n', { a: 1 })).toBeUndefined();
});

test('lines end as they did before', () => {
  expect(editYaml('a: 1\r\nb: 2\r\n', { a: 1, b: 2, c: [1] })).toBe('a: 1\r\nb: 2\r\nc:\r\n  - 1\r\n');
  expect(editYaml('a: 1', { a: 1, b: 2 })).toBe('a: 1\nb: 2\n');
});

const name = fc.constantFrom('a', 'b', 'name', 'value', 'true', '1', 'a b', '- c');
const scalar = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    'two\nlines\n',
    'a: b',
    '# no comment',
    ' padded ',
    "it's",
    '"q"',
    '{',
    '- x',
    '~',
    'null',
    '1',
  ),
  fc.integer({ min: -5, max: 5 }),
  fc.boolean(),
  fc.constant(null),
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fields(tie('value')),
  ),
}));
function fields(value: fc.Arbitrary<unknown>) {
  return fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });
}

test('whatever a document says, it can be made to say anything else, and no comment on a line of its own goes', () => {
  fc.assert(
    fc.property(
      fields(anything),
      fields(anything),
      fc.constantFrom(0, 1, 3),
      fc.boolean(),
      (is, wanted, every, indentSeq) => {
        const written = stringify(is, { lineWidth: 0, indentSeq }).split('\n');
        // Only before lines that begin a field, where a comment is one for certain.
        const text = written
          .map((line, index) =>
            every > 0 && index % every === 0 && /^\w+:/.test(line) ? `# c${index}\n${line}` : line,
          )
          .join('\n');
        const edited = editYaml(text, wanted);
        if (Object.keys(is).length === 0 || Object.keys(wanted).length === 0) return;
        expect(edited).toBeDefined();
        expect(valueOf(edited ?? '')).toEqual(wanted);
        for (const [comment] of text.matchAll(/^# c\d+$/gm)) expect(edited).toContain(comment);
        expect(editYaml(edited ?? '', wanted)).toBe(edited);
      },
    ),
    { numRuns: 500 },
  );
});

test('a text is cut at its markers and nothing of it is lost', () => {
  const pieces = ['# head\n', '--- # one\na: 1\n', '---\nb: |\n  --- text\n...\n', '# between\n', '---\n', '---\nc: 1'];
  expect(splitYaml(pieces.join(''))).toEqual(pieces);
  expect(splitYaml('')).toEqual(['']);
  expect(splitYaml('a: 1\n---x: 2\n')).toEqual(['a: 1\n---x: 2\n']);
});
