import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { ServerStatus } from '../../cli/status/server-status.ts';
import { manifest } from '../support/manifests.ts';
import { run, startMooring, until, waitReady, type RunningMooring } from '../support/mooring.ts';
import { onTerminal } from '../support/on-terminal.ts';
import { shapeOf } from '../support/shape-of.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');
const echo = (name: string, version = '1'): string =>
  manifest(name, { script: 'echo.ts', spec: `env: [{name: ECHO_VERSION, value: '${version}'}]` });
const program = (name: string, code: string): string =>
  manifest(name, { script: 'echo.ts' }).replace(/args: .*/, `args: ['-e', "${code}"]`);

let mooring: RunningMooring;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  mooring = await startMooring({
    manifests: {
      'well.yaml': echo('well'),
      'killed.yaml': echo('killed'),
      'edited.yaml': echo('edited'),
      'loop.yaml': program('loop', "console.error('no luck'); process.exit(3)"),
      'off.yaml': manifest('off', { script: 'echo.ts', spec: 'enabled: false' }),
    },
    ready: ['well', 'killed', 'edited'],
  });
  env = { ...process.env, MOORING_HOME: mooring.home, MOORING_PLACE: undefined, KUBECONFIG: undefined };
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

const cli = async (...args: string[]) => run(MOORING, args, { env });

async function statusOf(name: string): Promise<ServerStatus> {
  const { stdout, stderr } = await cli('status', name, '-o', 'json');
  const [server] = (JSON.parse(stdout || '{"servers":[]}') as { servers: ServerStatus[] }).servers;
  if (!server) throw new Error(stderr);
  return server;
}

describe('for people', () => {
  test('a row a server with its process, restarts, uptime, memory and port', async () => {
    const { code, stdout, stderr } = await cli('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^NAME +READY +REASON +PROCESS +RESTARTS +UPTIME +MEMORY +PORT +SOURCE\n/);
    expect(stdout).toMatch(/\nwell +True +Ready +\d+ +0 +\d+[smh] +\d+Mi +\d+ +node \S+echo\.ts\n/);
    expect(stdout).toMatch(/\noff +False +Disabled +- +- +- +- +- +node /);
    expect(stdout).not.toContain('\u001B');
  });

  test('a crash loop: why, since when, and how it ended last', async () => {
    await waitReady(mooring, 'loop', 'False');
    await until(async () => ((await statusOf('loop')).runs?.[0]?.restarts ?? 0) >= 3, 'restarts');
    const { stdout } = await cli('status', 'loop');
    expect(stdout).toMatch(/\nloop +False +CrashLooping +- +[3-9] +- +- /);
    expect(stdout).toMatch(
      /\nloop: not ready for \d+s, CrashLooping\n {2}It ended with exit code 3, \d times in a row/,
    );
    expect(stdout).toMatch(/\n {2}no luck\n {2}Last end \d+s ago: It ended with exit code 3\.\n$/);
  });

  test('-o wide has a row a process', async () => {
    const { stdout } = await cli('status', 'well', 'loop', '-o', 'wide');
    expect(stdout).toMatch(/^NAME +PROCESS +STATE +PORT +RESTARTS +UPTIME +CPU +MEMORY +LAST END +RUNS\n/);
    expect(stdout).toMatch(/\nloop +- +waiting +- +\d+ +- +- +- +\d+s ago: It ended with exit code 3\. +node -e /);
    expect(stdout).toMatch(/\nwell +\d+ +serving +\d+ +0 +\d+[sm] +\d+m +\d+Mi +- +node /);
  });

  test('on a terminal in colours', async () => {
    const { shown } = await onTerminal([MOORING, 'status'], { env });
    expect(shown).toContain('\u001B[32mTrue\u001B[39m');
    expect(shown).toContain('\u001B[31mFalse\u001B[39m');
  });

  test('a name that is not there ends with 1 and the nearest one', async () => {
    const { code, stdout, stderr } = await cli('status', 'wel');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('Did you mean well?');
  });
});

describe('for machines', () => {
  test('JSON and YAML say the same, in a shape that stays', async () => {
    await until(async () => (await statusOf('loop')).reason === 'CrashLooping', 'the crash loop');
    const [json, yaml] = await Promise.all([cli('status', 'well', '-o', 'json'), cli('status', 'well', '-o', 'yaml')]);
    const value = JSON.parse(json.stdout) as { servers: ServerStatus[] };
    expect(shapeOf(value)).toMatchSnapshot('a server that serves');
    // What was measured differs.
    const names = ({ servers }: { servers: ServerStatus[] }) => servers.map(({ name, runs }) => [name, runs?.[0]?.id]);
    expect(names(parse(yaml.stdout) as { servers: ServerStatus[] })).toEqual(names(value));
    expect(shapeOf(await statusOf('loop'))).toMatchSnapshot('a crash loop');
  });
});

test('after kill -9: another process, one restart, and what ended the one before', async () => {
  const { runs: [before] = [] } = await statusOf('killed');
  process.kill(Number(before?.id), 'SIGKILL');
  await until(async () => (await statusOf('killed')).runs?.[0]?.serving === true, 'it to serve again');
  const { ready, runs } = await statusOf('killed');
  expect(ready).toBe(true);
  expect(runs).toMatchObject([{ serving: true, restarts: 1, lastEnd: { message: 'It ended by SIGKILL.' } }]);
  expect(runs?.[0]?.id).not.toBe(before?.id);
});

test('during an edit: what serves, and beside it what is to take over', async () => {
  await mooring.apply('edited.yaml', program('edited', 'setInterval(() => {}, 1000)'));
  await until(async () => (await statusOf('edited')).runs?.length === 2, 'a second process');
  const { runs, reason } = await statusOf('edited');
  expect(reason).not.toBe('Ready');
  expect(runs?.map(({ serving, state }) => ({ serving, state }))).toEqual([
    { serving: true, state: 'running' },
    { serving: false, state: 'running' },
  ]);
  const { stdout } = await cli('status', 'edited');
  expect(stdout).toMatch(new RegExp(`\\nedited +False +\\w+ +${runs?.map(({ id }) => id).join(',')} `));

  await mooring.apply('edited.yaml', echo('edited', '2'));
  await until(async () => (await statusOf('edited')).ready, 'the edit to arrive');
  await until(async () => (await statusOf('edited')).runs?.length === 1, 'the one before to end');
});

describe('version', () => {
  test('of the command line and of what answers', async () => {
    const { code, stdout, stderr } = await cli('version');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^PART +VERSION +WHERE\ncommand line +(\S+) +Node \d+\.\S+\nmooring +\1 +this machine \(\S+\)\n$/,
    );
    const json = await cli('version', '-o', 'json');
    expect(shapeOf(JSON.parse(json.stdout))).toMatchSnapshot();
  });

  test('a place that is away is told, and no failure', async () => {
    const { code, stdout, stderr } = await cli('version', '--home', '/nowhere');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\ncommand line +\d+\.\d+\.\d+ /);
    expect(stderr).toContain('Nothing runs in /nowhere');
    expect(await cli('version', '--home', '/nowhere', '-n', 'x')).toMatchObject({ code: 2 });
  });
});
