import { parse } from 'jsonc-parser';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeServers } from './merge-servers.ts';

const URL_A = 'http://localhost:8080/api/v1/mcp/a/mcp';
const merge = (text: string, entries: Record<string, Record<string, unknown>> = { a: { url: URL_A } }, force = false) =>
  mergeServers(text, { file: 'x.json', key: 'mcpServers', entries, force });

/** As people keep it: comments, their own order and spacing, a trailing comma. */
const WRITTEN = `// Mine. Do not touch.
{
    "theme": "dark",   // for the evening
    "mcpServers": {
        /* the old one */
        "files": { "command": "npx", "args": ["-y","files"], },
        "notes": {"url":"https://notes.example/mcp"}
    },
    "window": { "width": 1200 }
}
`;

test('a file that is not there is made', () => {
  expect(merge('')).toEqual({
    text: `{\n  "mcpServers": {\n    "a": {\n      "url": "${URL_A}"\n    }\n  }\n}\n`,
    added: ['a'],
    replaced: [],
    unchanged: [],
  });
});

test('one entry more, and every other character stays', () => {
  const { text } = merge(WRITTEN);
  const added = `,
        "a": {
            "url": "${URL_A}"
        }`;
  expect(text).toBe(WRITTEN.replace('"https://notes.example/mcp"}', (found) => found + added));
});

test('a comment stays with the entry that it is about', () => {
  const { text } = merge('{\n  "mcpServers": {\n    "b": {} // about b\n  }\n}\n');
  expect(text).toContain('"b": {}, // about b\n    "a": {\n');
});

test('a second time changes nothing', () => {
  const once = merge(WRITTEN).text;
  expect(merge(once)).toEqual({ text: once, added: [], replaced: [], unchanged: ['a'] });
});

test('what a person added to an entry of the same URL stays', () => {
  const text = `{"mcpServers":{"a":{"url":"${URL_A}","disabled":true}}}`;
  expect(merge(text)).toMatchObject({ text, unchanged: ['a'] });
});

test.each([
  ['url', { url: URL_A }, { url: 'https://else.example' }],
  [
    'args',
    { command: 'npx', args: ['-y', 'mcp-remote', URL_A] },
    { command: 'npx', args: ['-y', 'mcp-remote', 'https://else.example'] },
  ],
  ['a program of that name', { url: URL_A }, { command: 'a' }],
])('an entry that leads elsewhere by its %s is changed only by force', (_, entry, there) => {
  const text = JSON.stringify({ mcpServers: { a: there, b: { url: 'x' } } }, undefined, 2);
  expect(() => merge(text, { a: entry, c: entry })).toThrow(
    expect.objectContaining({ code: 'already_connected', message: expect.stringMatching(/^a is in x\.json already/) }),
  );
  const forced = merge(text, { a: entry, c: entry }, true);
  expect(forced).toMatchObject({ added: ['c'], replaced: ['a'] });
  expect(JSON.parse(forced.text)).toEqual({ mcpServers: { a: entry, b: { url: 'x' }, c: entry } });
});

describe('formatting that is hard to edit', () => {
  test.each([
    ['a trailing comma after servers', '{"mcpServers": {"b": {},},}'],
    ['a trailing comma and a comment', '{\n  "mcpServers": {\n    "b": {}, // last\n  },\n}\n'],
    ['a trailing comma before the field', '{\n  "x": 1,\n}\n'],
    ['a comment behind the last server', '{\n  "mcpServers": {\n    "b": {} // last\n  }\n}\n'],
    ['a comma in front', '{\n  "mcpServers": {\n    "b": {}\n  , "c": {}\n  }\n}\n'],
    ['all on one line', '{"mcpServers":{"b":{}}}'],
    ['an empty field among others', '{\n  "mcpServers": {},\n  "x": 1\n}\n'],
    ['an empty object', '{}'],
    ['an empty field', '{"mcpServers":{}}'],
    ['only a comment', '{\n  // nothing yet\n}\n'],
    ['tabs', '{\n\t"mcpServers": {\n\t\t"b": {}\n\t}\n}\n'],
    ['line ends of Windows', '{\r\n  "mcpServers": {\r\n    "b": {}\r\n  }\r\n}\r\n'],
  ])('%s', (_, text) => {
    const before = parse(text) as { mcpServers?: object };
    const { text: after } = merge(text);
    expect(parse(after)).toEqual({ ...before, mcpServers: { ...before.mcpServers, a: { url: URL_A } } });
    expect(after.includes('\r\n')).toBe(text.includes('\r\n'));
    for (const comment of text.match(/\/\/.*/g) ?? []) expect(after).toContain(comment);
  });
});

test.each([
  ['no JSON', '{"mcpServers": {'],
  ['a list', '[]'],
  ['text', '"x"'],
  ['a list of servers', '{"mcpServers": []}'],
  ['the field twice', '{"mcpServers": {}, "mcpServers": {"b": {}}}'],
  ['too deep', `{"x": ${'['.repeat(100)}${']'.repeat(100)}}`],
])('%s is not touched', (_, text) => {
  expect(() => merge(text)).toThrow(expect.objectContaining({ code: 'invalid_config' }));
});

test('of any JSON with any spacing everything else stays', () => {
  const servers = fc.dictionary(fc.stringMatching(/^[b-z]{1,4}$/), fc.jsonValue({ maxDepth: 2 }));
  const rest = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(servers, rest, fc.constantFrom(0, 1, 2, 4, '\t'), (there, others, space) => {
      const before = { ...others, mcpServers: there };
      const { text } = merge(JSON.stringify(before, undefined, space));
      expect(JSON.parse(text)).toEqual(
        JSON.parse(JSON.stringify({ ...before, mcpServers: { ...there, a: { url: URL_A } } })),
      );
    }),
  );
});
