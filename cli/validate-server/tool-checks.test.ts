import { describe, expect, test } from 'vitest';
import type { ServerView } from '../places/place.ts';
import { toolChecks } from './tool-checks.ts';

const GOOD = { name: 'get_a.b-1', description: 'Gets.', inputSchema: { type: 'object' } };

const server = (...matches: string[]): ServerView => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'McpServer',
  metadata: { name: 'a' },
  spec: { oauth: { tools: matches.map((match) => ({ match, scopes: ['admin'] })) } },
});

/** The checks that did not pass. */
const found = (entries: readonly unknown[], of = server()) =>
  toolChecks(of, { entries }).filter(({ result }) => result !== 'passed');

test('tools that clients can use pass every check', () => {
  const all = toolChecks(server('get_a.b-1'), {
    entries: [GOOD, { ...GOOD, name: 'x', outputSchema: { type: 'object' } }],
  });
  expect(all.map(({ name, result }) => [name, result])).toEqual(
    ['tools-list', 'tool-names', 'input-schemas', 'output-schemas', 'tool-rules', 'descriptions'].map((name) => [
      name,
      'passed',
    ]),
  );
});

describe('what clients stumble over is found', () => {
  test.each<[string, readonly unknown[], string, RegExp]>([
    ['a name with a space', [{ ...GOOD, name: 'get it' }], 'tool-names', /"get it" is not made of/],
    ['a name that is too long', [{ ...GOOD, name: 'a'.repeat(129) }], 'tool-names', /1 to 128/],
    ['an empty name', [{ ...GOOD, name: '' }], 'tool-names', /"" is not made of/],
    ['a name that is there twice', [GOOD, GOOD], 'tool-names', /get_a\.b-1 is there twice/],
    ['no name', [GOOD, { ...GOOD, name: 7 }], 'tool-names', /entry 2 has no name/],
    ['no object', [GOOD, 'x'], 'tool-names', /entry 2 has no name/],
    ['no input schema', [{ ...GOOD, inputSchema: undefined }], 'input-schemas', /no JSON object/],
    [
      'an input schema of text',
      [{ ...GOOD, inputSchema: { type: 'string' } }],
      'input-schemas',
      /"type" must be "object"/,
    ],
    [
      'an invalid input schema',
      [{ ...GOOD, inputSchema: { type: 'object', required: 'a' } }],
      'input-schemas',
      /required must be array/,
    ],
    ['an invalid output schema', [{ ...GOOD, outputSchema: { type: 'strin' } }], 'output-schemas', /type must be/],
  ])('%s', (_, entries, name, message) => {
    expect(found(entries)).toEqual([{ name, result: 'failed', message: expect.stringMatching(message) as unknown }]);
  });

  test('a rule of the manifest for a tool that is not there', () => {
    expect(found([GOOD], server('get_a.b'))).toEqual([
      { name: 'tool-rules', result: 'failed', message: expect.stringContaining('did you mean get_a.b-1?') as unknown },
    ]);
  });

  test('a tool that does not say what it does is a warning', () => {
    expect(found([{ ...GOOD, description: ' ' }])).toMatchObject([{ name: 'descriptions', result: 'warning' }]);
  });

  test('a list that cannot be read says only that', () => {
    const all = toolChecks(server('x'), { entries: [], problem: 'cannot be read: no' });
    expect(all).toEqual([{ name: 'tools-list', result: 'failed', message: 'tools/list cannot be read: no' }]);
  });

  test('many findings are counted, not told', () => {
    const [names] = found(Array.from({ length: 20 }, () => ({ ...GOOD, name: 'no name' })));
    expect(names?.message).toMatch(/; and 15 more$/);
  });
});
