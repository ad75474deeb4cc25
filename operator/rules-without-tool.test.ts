import { expect, test } from 'vitest';
import { rulesWithoutTool } from './rules-without-tool.ts';
import { serverOf } from './testdata/manifest.ts';

const WHOLE = { toolsComplete: true };

/** What is said where the manifest has rules for `matches` and the server lists `names`. */
function said(matches: string[], names: string[] | undefined, { toolsComplete } = WHOLE): string | undefined {
  const server = serverOf({ oauth: { tools: matches.map((match) => ({ match, scopes: ['admin'] })) } });
  const tools = names?.map((name) => ({ name, digest: 'sha256:0' }));
  return rulesWithoutTool(server, {
    tools,
    toolsComplete,
    toolCount: names?.length,
    resourceCount: 0,
    promptCount: 0,
  });
}

test('a rule with a typing error is told with its place and the tool that was meant', () => {
  expect(said(['list_stations', 'delet_station'], ['delete_station', 'list_stations'])).toBe(
    'spec.oauth.tools[1].match: the server has no tool "delet_station", so this rule protects nothing; did you mean "delete_station"?',
  );
});

test('where no tool is near, or the near one has its own rule, it points to the list', () => {
  expect(said(['delete'], ['read'])).toContain('status.tools');
  expect(said(['delete_note', 'delete_notes'], ['delete_note'])).toContain('status.tools');
  expect(said(['delete'], [])).toContain('has no tool "delete"');
});

test('names are compared as the gateway compares them: exactly', () => {
  expect(said(['Delete_Note'], ['delete_note'])).toContain('did you mean "delete_note"?');
});

test('nothing is said where every rule has its tool, nothing is ruled, or the list is not known to be whole', () => {
  expect(said(['read'], ['read', 'write'])).toBeUndefined();
  expect(said([], ['read'])).toBeUndefined();
  expect(said(['delete'], undefined)).toBeUndefined();
  expect(said(['delete'], ['read'], { toolsComplete: false })).toBeUndefined();
});

test('many are counted, and names of the server are made printable', () => {
  const many = said(
    Array.from({ length: 256 }, (_, index) => `rule${index}`),
    ['read'],
  );
  expect(many).toContain('tools[2].match');
  expect(many).not.toContain('tools[3].match');
  expect(many).toContain('253 more');
  expect(said(['delete_it'], ['delete_it\u001B'])).toContain('did you mean "delete_it\uFFFD"?');
});
