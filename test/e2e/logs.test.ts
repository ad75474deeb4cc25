import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServerStatus } from '../../cli/status/server-status.ts';
import { manifest } from '../support/manifests.ts';
import { run, startMooring, until, type RunningMooring } from '../support/mooring.ts';
import { onTerminal } from '../support/on-terminal.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');
const program = (name: string, script: string): string =>
  manifest(name, { script: 'echo.ts' }).replace(/args: .*/, `args: ['${script}']`);

/** Writes at each start more than half of what a file of the log holds. */
const FLOOD = `
const lines = Array.from({ length: 6000 }, (_, n) => 'start ' + process.pid + ' ' + n + ' ' + 'x'.repeat(80));
console.log(lines.join('\\n'));
setInterval(() => {}, 1000);`;

/** Things that act on terminals, and a secret. */
const WILD = `
console.log('plain');
console.log('\\u001b[31mred\\u001b[0m \\u001b]0;title\\u0007bell');
console.log('the token is ' + process.env.TOKEN);
setInterval(() => {}, 1000);`;

let mooring: RunningMooring;
/** Of the programs. */
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-logs-'));
  for (const [name, code] of Object.entries({ flood: FLOOD, wild: WILD, mute: 'setInterval(() => {}, 1000)' }))
    await writeFile(join(folder, `${name}.cjs`), code);
  const secret = 'env: [{name: TOKEN, valueFrom: {secretKeyRef: {name: wild, key: token}}}]';
  mooring = await startMooring({
    manifests: {
      'flood.yaml': program('flood', join(folder, 'flood.cjs')),
      'wild.yaml': program('wild', join(folder, 'wild.cjs')).replace(/\n$/, `\n  ${secret}\n`),
      'mute.yaml': program('mute', join(folder, 'mute.cjs')),
      'far.yaml':
        'apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: far}\nspec: {remote: {url: "https://mcp.example.com/"}}\n',
    },
    ready: [],
  });
  env = { ...process.env, MOORING_HOME: mooring.home, MOORING_PLACE: undefined, KUBECONFIG: undefined };
  await mkdir(join(mooring.home, 'secrets', 'wild'), { recursive: true });
  await writeFile(join(mooring.home, 'secrets', 'wild', 'token'), 'hunter2hunter2', { mode: 0o600 });
  await until(async () => (await cli('logs', 'flood', '--tail', '1')).stdout.includes(' 5999 '), 'the first flood');
  await until(async () => (await cli('logs', 'wild')).stdout.includes('token'), 'the output of wild');
});
afterAll(async () => {
  await mooring?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const cli = async (...args: string[]) => run(MOORING, args, { env });

async function pidOf(name: string): Promise<number> {
  const { stdout } = await cli('status', name, '-o', 'json');
  const { servers } = JSON.parse(stdout) as { servers: ServerStatus[] };
  return Number(servers[0]?.runs?.find(({ id }) => id !== undefined)?.id);
}

describe('what is there', () => {
  test('--tail, --since and --timestamps', async () => {
    const all = await cli('logs', 'flood');
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout.split('\n')).toHaveLength(6001);
    const two = await cli('logs', 'flood', '--tail', '2', '--timestamps');
    expect(two.stdout).toMatch(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z start \d+ 599[89] x+\n){2}$/);
    const [at = ''] = two.stdout.split(' ');
    const ago = Math.ceil((Date.now() - Date.parse(at)) / 1000);
    expect((await cli('logs', 'flood', '--since', `${ago + 60}s`)).stdout).toBe(all.stdout);
    await sleep(1100);
    const none = await cli('logs', 'flood', '--since', '1s');
    expect(none).toMatchObject({ code: 0, stdout: '', stderr: 'mooring: flood has written nothing in that time.\n' });
  });

  test('piped as it was written, on a terminal without what acts on it', async () => {
    expect((await cli('logs', 'wild')).stdout).toContain('\u001B[31mred\u001B[0m \u001B]0;title\u0007bell\n');
    const { shown } = await onTerminal([MOORING, 'logs', 'wild'], { env });
    expect(shown).toContain('plain\nred bell\n');
    expect(shown).not.toContain('\u001B');
    expect(shown).not.toContain('\u0007');
  });

  test('a reader that has enough is no error', async () => {
    const command = `set -o pipefail; '${MOORING}' logs flood -f | head -n 1; echo $?`;
    const { stdout, stderr } = await run('bash', ['-c', command], { env });
    expect(stdout).toMatch(/^start \d+ 0 x+\n0\n$/);
    expect(stderr).toBe('');
  });

  test.each([
    [['mute'], 0, 'mute has written nothing yet.'],
    [['far'], 1, 'far runs elsewhere'],
    [['flod'], 1, 'Did you mean flood?'],
    [['flood', '--previous'], 2, '--previous is for a cluster'],
    [['flood', '-f', '-p'], 2, 'What ended cannot be followed'],
    [['flood', '--since', '5'], 2, 'A time is for example 90s'],
    [['flood', '--tail', '-1'], 2, 'a number of lines'],
  ])('logs %j ends with %i', async (args, code, message) => {
    const result = await cli('logs', ...args);
    expect({ code: result.code, stdout: result.stdout }).toEqual({ code, stdout: '' });
    expect(result.stderr).toContain(message);
  });
});

describe('-f', () => {
  test('goes through restarts of the server and rotation of the file; Ctrl-C ends it quietly with 130', async () => {
    const following = spawn(MOORING, ['logs', 'flood', '-f', '--tail', '1'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors] = ['', ''];
    following.stdout.on('data', (data: Buffer) => (output += data.toString()));
    following.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    await until(async () => output.includes(' 5999 '), 'the last line that is there');
    const log = join(mooring.home, 'logs', 'default', 'flood.log');
    const pids = [await pidOf('flood')];
    for (const round of [1, 2]) {
      process.kill(pids.at(-1) ?? 0, 'SIGKILL');
      await until(async () => output.split(' 5999 ').length === round + 2, 'the output of the next process');
      pids.push(await pidOf('flood'));
    }
    await access(`${log}.1`);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ').slice(1, 3).map(Number));
    const flood = (pid: number | undefined) => Array.from({ length: 6000 }, (_, n) => [pid, n]);
    expect(lines).toEqual([[pids[0], 5999], ...flood(pids[1]), ...flood(pids[2])]);
    setTimeout(() => following.kill('SIGINT'), 0);
    expect(await once(following, 'exit')).toEqual([130, null]);
    expect(errors).toBe('');
  });

  test('on a terminal, too', async () => {
    const command = `timeout --foreground -s INT 3 '${MOORING}' logs wild -f; echo "ended with $?"`;
    const { shown } = await onTerminal(['sh', '-c', command.replaceAll("'", '')], { env });
    expect(shown).toContain('plain\nred bell\n');
    expect(shown).toMatch(/ended with 1(30|24)\n/);
  });

  test('a client that stops reading holds up nobody; one that leaves is forgotten', async () => {
    const reader = spawn('sh', ['-c', `'${MOORING}' logs flood -f | sleep 1000`], {
      env,
      detached: true,
      stdio: 'ignore',
    });
    await sleep(500);
    expect((await cli('status', 'flood')).code).toBe(0);
    process.kill(-(reader.pid ?? 0), 'SIGKILL');
    await once(reader, 'exit');
    expect((await cli('logs', 'flood', '--tail', '1')).stdout).toContain(' 5999 ');
  });

  test('when Mooring stops, that is said, and ends with 3', async () => {
    await using other = await startMooring({
      manifests: { 'flood.yaml': await readFile(join(mooring.manifests, 'flood.yaml'), 'utf8') },
      ready: [],
    });
    const following = spawn(MOORING, ['logs', 'flood', '-f', '--home', other.home], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [output, errors] = ['', ''];
    following.stdout.on('data', (data: Buffer) => (output += data.toString()));
    following.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    await until(async () => output.includes(' 5999 '), 'its output');
    const ended = once(following, 'exit');
    await other.stop();
    expect(await ended).toEqual([3, null]);
    expect(errors).toMatch(/has stopped\. Start it again.*\(not_running, /);
  });
});

test('no secret is shown or kept', async () => {
  expect((await cli('logs', 'wild')).stdout).toContain('the token is ***\n');
  const log = join(mooring.home, 'logs', 'default', 'wild.log');
  expect((await stat(log)).mode & 0o777).toBe(0o600);
  expect(await readFile(log, 'utf8')).not.toContain('hunter2');
});
