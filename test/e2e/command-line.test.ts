import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMAND_GROUPS } from '../../cli/commands/commands.ts';
import { run, startMooring, waitReady, type RunningMooring } from '../support/mooring.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { shapeOf } from '../support/shape-of.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');
const manifest = (name: string, spec: string): string =>
  `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

let mooring: RunningMooring;
/** Nothing that a person set decides which place is meant. */
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  mooring = await startMooring({
    manifests: {
      'market.yaml': await readFile(join(import.meta.dirname, '../../examples/local/marketplace.yaml'), 'utf8'),
      'broken.yaml': manifest('broken', '{binary: "no-such-program", title: "Broken on purpose"}'),
      'invalid.yaml': manifest('invalid', '{binary: node, port: 70000}'),
    },
    ready: ['marketplace'],
  });
  await waitReady(mooring, 'broken', 'False');
  env = { ...process.env, MOORING_HOME: mooring.home, MOORING_PLACE: undefined, KUBECONFIG: undefined };
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

const cli = async (...args: string[]) => run(MOORING, args, { env });

describe('list', () => {
  test('for people: a table, and below it why something is not ready', async () => {
    const { code, stdout, stderr } = await cli('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^NAME +READY +REASON +TOOLS +URL +AGE\n/);
    expect(stdout).toMatch(/\nmarketplace +True +Ready +\d+ +http:\S+\/api\/v1\/mcp\/marketplace\/mcp /);
    expect(stdout).toMatch(/\nbroken: .*no-such-program/);
    expect(stdout).toMatch(/invalid\.yaml:\d+: spec\.port/);
    expect(stdout).not.toContain('\u001B');
  });

  test('for machines: JSON and YAML say the same, in a shape that stays; names one a line', async () => {
    const [json, yaml, name] = await Promise.all(['json', 'yaml', 'name'].map(async (form) => cli('list', '-o', form)));
    const value = JSON.parse(json?.stdout ?? '') as { servers: { metadata: { name: string } }[] };
    expect(parse(yaml?.stdout ?? '')).toEqual(value);
    const marketplace = value.servers.find(({ metadata }) => metadata.name === 'marketplace');
    expect(shapeOf({ ...value, servers: [marketplace] })).toMatchSnapshot();
    expect(name?.stdout.trim().split('\n').sort()).toEqual(['broken', 'marketplace']);
  });

  test('on a terminal in colours, unless NO_COLOR is set', async () => {
    const coloured = await onTerminal([MOORING, 'list'], { env });
    expect(coloured.shown).toContain('\u001B[32mTrue\u001B[39m');
    expect(coloured.shown).toContain('\u001B[31mFalse\u001B[39m');
    const plain = await onTerminal([MOORING, 'list'], { env: { ...env, NO_COLOR: '1' } });
    expect(plain.shown).not.toContain('\u001B');
  });

  test('a reader that has enough is no error', async () => {
    const { stdout, stderr } = await run(
      'bash',
      ['-c', `set -o pipefail; '${MOORING}' list -o json | head -c 1; echo $?`],
      { env },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '{0\n', stderr: '' });
  });
});

test('list loads no library but the parser of its flags: the rest is for commands that need it', async () => {
  const told = join(await temporaryFolder(), 'packages');
  const hook = join(import.meta.dirname, '..', 'support', 'tell-packages.ts');
  const { code } = await run(MOORING, ['list'], {
    env: { ...env, NODE_OPTIONS: `--import=${hook}`, TELL_PACKAGES: told },
  });
  expect(code).toBe(0);
  expect(await readFile(told, 'utf8')).toBe('commander');
});

describe('show', () => {
  test('tells people the manifest, the tools and each condition with its message', async () => {
    const { code, stdout } = await cli('show', 'marketplace');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Name: +default\/marketplace\n/);
    expect(stdout).toMatch(/\n {2}binary: mooring\n/);
    expect(stdout).toMatch(/\n {2}create_skill +\S/);
    expect(stdout).toMatch(/\n {2}Ready=True Ready: It takes calls/);
  });

  test('gives machines the whole resource', async () => {
    const { stdout } = await cli('show', 'default/marketplace', '-o', 'json');
    const server = JSON.parse(stdout) as { kind: string; status: { url: string } };
    expect(server).toMatchObject({ kind: 'McpServer', status: { url: mooring.endpoint('marketplace') } });
    expect(shapeOf(server)).toMatchSnapshot();
  });

  test('a name that is not there is told with the nearest one, and ends with 1', async () => {
    const { code, stdout, stderr } = await cli('show', 'marketplce');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^mooring: There is no server "marketplce".* Did you mean marketplace\? \(unknown_server, [0-9a-f]{8}\)\n$/,
    );
  });
});

describe('where', () => {
  test('nothing that runs: exit code 3, and how to start it', async () => {
    const home = await temporaryFolder();
    const { code, stderr } = await cli('list', '--home', home);
    expect(code).toBe(3);
    expect(stderr).toContain(`mooring up --home ${home}`);
  });

  test('called as kubectl-mooring it speaks of the cluster', async () => {
    const folder = await temporaryFolder();
    await symlink(MOORING, join(folder, 'kubectl-mooring'));
    await mkdir(join(folder, 'empty'));
    const { code, stderr } = await run(join(folder, 'kubectl-mooring'), ['list'], {
      env: { ...env, HOME: join(folder, 'empty') },
    });
    expect(code).toBe(3);
    expect(stderr).toContain('set KUBECONFIG');
    const help = await run(join(folder, 'kubectl-mooring'), ['--help']);
    expect(help.stdout).toMatch(/^Usage: kubectl mooring /);
  });
});

describe('help', () => {
  test.each(Object.values(COMMAND_GROUPS).flatMap((group) => Object.keys(group)))(
    '%s says what it does and explains each flag',
    async (name) => {
      const { code, stdout, stderr } = await cli(name, '--help');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^Usage: mooring ${name}`));
      // A flag without explanation stands alone in its line.
      expect(stdout).not.toMatch(/^ {2}-\S+( <\S+>| \[\S+\])?\n(?! {10})/m);
    },
  );

  test.each([
    [['lst'], /unknown command 'lst'[\s\S]*Did you mean/],
    [['list', '--outpt', 'json'], /unknown option '--outpt'[\s\S]*--output/],
    [['list', '-o', 'xml'], /json, yaml, wide, name/],
    [['show'], /missing required argument 'name'/],
    [['list', '--home', 'x', '-n', 'y'], /one place at a time/],
    [['gateway', '--exchange-for', 'systemprompt'], /Give namespace and name/],
  ])('%j is a call that is wrong: exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await cli(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
