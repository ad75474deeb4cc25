import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { manifest } from '../support/manifests.ts';
import { run, startMooring, type RunningMooring } from '../support/mooring.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { shapeOf } from '../support/shape-of.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MOORING = join(ROOT, 'bin', 'mooring');

let mooring: RunningMooring;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  const rules =
    'oauth: { scopes: [user], tools: [{ match: fail, scopes: [admin] }, { match: fial, scopes: [admin] }] }';
  mooring = await startMooring({
    manifests: {
      'marketplace.yaml': await readFile(join(ROOT, 'examples/local/marketplace.yaml'), 'utf8'),
      'modern.yaml': manifest('modern', { script: 'sample-modern.ts', spec: rules }),
      'legacy.yaml': manifest('legacy', { script: 'sample-legacy.ts', spec: 'oauth: { scopes: [user] }' }),
      'crooked.yaml': manifest('crooked', { script: 'crooked.ts' }),
      'empty.yaml': manifest('empty', { script: 'crooked.ts', spec: 'env: [{ name: CROOKED, value: empty }]' }),
    },
    ready: ['marketplace', 'modern', 'legacy', 'crooked', 'empty'],
  });
  env = { ...process.env, MOORING_HOME: mooring.home, MOORING_PLACE: undefined, KUBECONFIG: undefined };
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

const cli = async (args: readonly string[], cwd?: string) =>
  run(MOORING, args, { env, ...(cwd !== undefined && { cwd }) });

describe('tools', () => {
  test('one line each: arguments with types, scopes of the manifest, hints, what it does', async () => {
    const { code, stdout, stderr } = await cli(['tools', 'modern']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^NAME +ARGUMENTS +SCOPES +HINTS +DESCRIPTION\n/);
    expect(stdout).toMatch(
      /\neverything +text:string count\?:integer\S* \S+… +user +read-only +Answers its arguments\.\n/,
    );
    expect(stdout).toMatch(/\nfail +- +user admin +destructive +Says that it failed\.\n/);
    const wide = await cli(['tools', 'modern', '-o', 'wide']);
    expect(wide.stdout).toMatch(/^NAME.* TITLE +OUTPUT +DESCRIPTION\n/);
    expect(wide.stdout).toContain('maybe?:integer|null');
    expect(wide.stdout).toMatch(/\nstructured .* structured +Answers with structured content alone\./);
  });

  test('are cut to the terminal, and nowhere else', async () => {
    const { shown } = await onTerminal([MOORING, 'tools', 'marketplace'], { env });
    const lines = shown.trimEnd().split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(200);
    expect(lines.at(-1)).toMatch(/…$/);
    expect((await cli(['tools', 'marketplace'])).stdout).toMatch(/[^\n]{201}/);
  });

  test('are whole for machines, as the server gives them; names one a line', async () => {
    const forms = ['json', 'yaml', 'name'].map(async (form) => cli(['tools', 'legacy', '-o', form]));
    const [json, yaml, name] = await Promise.all(forms);
    const value = JSON.parse(json?.stdout ?? '') as { tools: { name: string; inputSchema: object }[] };
    expect(Object.keys(value)).toEqual(['tools']);
    expect(value.tools.map((tool) => tool.name)).toEqual(name?.stdout.trim().split('\n'));
    expect(value.tools[0]?.inputSchema).toMatchObject({ type: 'object', required: ['text'] });
    expect(parse(yaml?.stdout ?? '')).toEqual(value);
    expect(shapeOf({ ...value, tools: value.tools.filter((tool) => tool.name === 'structured') })).toMatchSnapshot();
  });

  test('one, whole, with a call that can be made', async () => {
    const { stdout } = await cli(['tools', 'modern', 'everything']);
    expect(stdout).toMatch(/^Name: +everything\nScopes: +user\nHints: +read-only\n/);
    expect(stdout).toMatch(/\nDescription\n {2}Answers its arguments\.\n {2}More than a line\.\n/);
    expect(stdout).toMatch(/\n {2}text +string +required +Any text\.\n/);
    expect(stdout).toMatch(/\n {2}colour +string +optional +One of red, green\.\n/);
    const [, example = ''] = /\nExample\n {2}(mooring .*)\n/.exec(stdout) ?? [];
    const called = await run('sh', ['-c', example.replace('mooring', `'${MOORING}'`)], { env });
    expect(called).toEqual({ code: 0, stdout: '{"text":"…"}\n', stderr: '' });
    expect(JSON.parse((await cli(['tools', 'modern', 'everything', '-o', 'json'])).stdout)).toHaveProperty(
      'inputSchema',
    );
  });

  test('that are not there', async () => {
    expect(await cli(['tools', 'empty'])).toEqual({ code: 0, stdout: 'The server has no tools.\n', stderr: '' });
    const { code, stderr } = await cli(['tools', 'modern', 'everythin']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no tool "everythin"\. Did you mean everything\?/);
  });

  test('that no client can read: told, with the command that says more', async () => {
    const { code, stdout, stderr } = await cli(['tools', 'crooked']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/does not keep to MCP.*`mooring validate NAME`.*\(not_mcp, /);
  });
});

interface Checks {
  readonly server: string;
  readonly checks: readonly { name: string; result: string; message: string }[];
}

const checksOf = async (name: string) => {
  const { code, stdout, stderr } = await cli(['validate', name, '-o', 'json']);
  const { server, checks } = JSON.parse(stdout) as Checks;
  return {
    code,
    stderr,
    shape: shapeOf(JSON.parse(stdout)),
    server,
    checks,
    results: Object.fromEntries(checks.map((one) => [one.name, one.result])),
  };
};

describe('validate', () => {
  test('a server that clients of both eras can use passes every check', async () => {
    const { code, stderr, shape, server, checks, results } = await checksOf('marketplace');
    expect(shape).toMatchSnapshot();
    expect({ code, stderr, server }).toEqual({ code: 0, stderr: '', server: 'marketplace' });
    expect(checks.find(({ name }) => name === 'protocol')?.message).toBe('answers 2026-07-28 and 2025-11-25');
    expect(results).toEqual(
      Object.fromEntries(
        [
          'manifest',
          'connection',
          'protocol',
          'tools-list',
          'tool-names',
          'input-schemas',
          'output-schemas',
          'tool-rules',
          'descriptions',
          'resources',
          'prompts',
        ].map((name) => [name, 'passed']),
      ),
    );
    const { stdout } = await cli(['validate', 'marketplace']);
    expect(stdout).toMatch(/^marketplace\n {2}✓ manifest +\S/);
  });

  test('which era is missing is told, and a rule that protects nothing fails', async () => {
    const { code, stderr, checks, results } = await checksOf('modern');
    expect(code).toBe(1);
    expect(results).toMatchObject({ protocol: 'warning', 'tool-rules': 'failed' });
    expect(checks.find(({ name }) => name === 'tool-rules')?.message).toMatch(
      /\[1\].match: .*"fial", did you mean fail\?/,
    );
    expect(stderr).toMatch(/\(invalid_server, /);
    const legacy = await checksOf('legacy');
    expect(legacy.code).toBe(0);
    expect(legacy.checks.find(({ name }) => name === 'protocol')?.message).toMatch(/^answers 2025-11-25 only/);
  });

  test('everything that clients stumble over is found at once', async () => {
    const { code, checks, results } = await checksOf('crooked');
    expect(code).toBe(1);
    expect(results).toEqual({
      manifest: 'passed',
      connection: 'passed',
      protocol: 'passed',
      'tools-list': 'passed',
      'tool-names': 'failed',
      'input-schemas': 'failed',
      'output-schemas': 'failed',
      'tool-rules': 'passed',
      descriptions: 'warning',
      resources: 'failed',
      prompts: 'failed',
    });
    const said = (wanted: string) => checks.find(({ name }) => name === wanted)?.message;
    expect(said('tool-names')).toMatch(/"bad name\uFFFD\[31m".*twice is there twice/);
    expect(said('resources')).toMatch(/cannot be read: .*broken/);
    expect(said('prompts')).toMatch(/circles/);
    const { shown } = await onTerminal([MOORING, 'validate', 'crooked'], { env });
    expect(shown).toContain('\u001B[31m✗\u001B[39m tool-names');
    expect(shown).toContain('\u001B[33m!\u001B[39m descriptions');
    expect(shown).toContain('\u001B[32m✓\u001B[39m tools-list');
  });

  test('a server that has no tools is a warning', async () => {
    const { code, results } = await checksOf('empty');
    expect({ code, results }).toMatchObject({ code: 0, results: { 'tools-list': 'warning' } });
  });

  test('words with a path are files; a name that is both is asked about, and a flag of the place answers', async () => {
    const folder = await temporaryFolder();
    await run('cp', ['-r', join(ROOT, 'examples/local'), join(folder, 'legacy')]);
    const { code, stdout, stderr } = await cli(['validate', 'legacy'], folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('`mooring validate ./legacy`');
    expect((await cli(['validate', './legacy'], folder)).stdout).toBe('3 valid, 0 problems in 3 files of ./legacy\n');
    expect((await cli(['validate', 'legacy', '--home', mooring.home], folder)).stdout).toMatch(/^legacy\n/);
  });

  test('a word that is nothing: neither a server nor a file', async () => {
    const { code, stderr } = await cli(['validate', 'legaci']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no server "legaci".*Did you mean legacy\? Nor is there a file or folder of that name here/);
  });

  test('manifests and servers in one call; machines get one of them', async () => {
    const { code, stdout } = await cli(['validate', 'examples/local', 'legacy']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 valid, 0 problems in 3 files of .*\nlegacy\n/);
    expect((await cli(['validate', 'examples/local', 'legacy', '-o', 'json'])).code).toBe(2);
    expect(JSON.parse((await cli(['validate', 'examples/local', '-o', 'json'])).stdout)).toEqual({
      paths: ['examples/local'],
      files: 3,
      valid: 3,
      problems: [],
      notes: [],
    });
  });
});
