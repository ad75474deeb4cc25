import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../test/support/processes.ts';
import { McpServerStatus } from '../../crds/mcpserver-status.ts';
import { PROBE_TIMES } from '../probe.ts';
import { isAlive, manifest, MINI, startLaptop, writeSecret, type Laptop } from '../testdata/laptop.ts';

let laptop: Laptop;
beforeAll(async () => {
  laptop = await startLaptop({ probeTimes: { ...PROBE_TIMES, renewMs: 200, lookMs: 500, confirmMs: 100 } });
});
afterAll(async () => laptop?.[Symbol.asyncDispose]());

const gone = async (pid: number): Promise<void> => {
  // What has ended and waits for init to notice is gone, too.
  await expect.poll(() => isRunning(pid), { timeout: 5000, interval: 10 }).toBe(false);
};

test('a manifest becomes a running server; the status says what and where it is', async () => {
  await laptop.apply('first.yaml', manifest('first'));
  const { status } = await laptop.ready('first');
  expect(status?.conditions.map(({ type, status: is, reason }) => [type, is, reason])).toEqual([
    ['Accepted', 'True', 'Accepted'],
    ['Available', 'True', 'Serving'],
    ['Verified', 'True', 'AnsweredMcp'],
    ['Ready', 'True', 'Ready'],
  ]);
  expect(status).toMatchObject({
    observedGeneration: 1,
    url: 'http://localhost:8080/api/v1/mcp/first/mcp',
    backend: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:5\d\d\d\/mcp$/) as string },
    replicas: 1,
    server: { name: 'mini', version: '1', protocolVersions: ['2026-07-28'] },
    tools: [{ name: 'env' }],
    toolCount: 1,
  });
  expect(laptop.condition('first', 'Verified')?.message).toContain('does not verify Mooring-Identity');
  expect(McpServerStatus.parse(status)).toEqual(status);
});

test('a second reconcile writes nothing, and nothing changes while nothing happens', async () => {
  const { metadata } = await laptop.ready('first');
  for (let i = 0; i < 3; i++) {
    laptop.operator.refresh();
    await sleep(100);
  }
  expect(laptop.server('first')?.metadata.resourceVersion).toBe(metadata.resourceVersion);
});

test('its environment is built, not inherited; it runs in a folder of its own', async () => {
  process.env['OF_MOORING_ALONE'] = 'x';
  const { env, cwd, argv } = await laptop.call('first');
  expect(Object.keys(env).sort()).toEqual([
    'HOME',
    'HOST',
    'LANG',
    'MOORING_IDENTITY_JWKS',
    'MOORING_PUBLIC_URL',
    'MOORING_SERVER',
    'PATH',
    'PORT',
    'TMPDIR',
    'TZ',
  ]);
  expect(env['PATH']?.split(':').slice(0, 2)).toEqual([join(laptop.home, '..', 'bin'), join(process.execPath, '..')]);
  expect([cwd, env['HOME']]).toEqual([laptop.paths.serverHome('default', 'first'), cwd]);
  expect((await stat(cwd)).mode & 0o777).toBe(0o700);
  expect(argv).toEqual([]);
});

test('Secrets come from files, args use variables, output is kept with the secrets masked', async () => {
  await writeSecret(laptop, 'credentials', 'token', 'hunter2-hunter2\n');
  const spec = `env:
  - { name: TOKEN, valueFrom: { secretKeyRef: { name: credentials, key: token } } }
envFrom: [{ secretRef: { name: credentials }, prefix: ALL_ }]`;
  const code = `console.log('the token is ' + process.env.TOKEN); import(${JSON.stringify(MINI)})`;
  await laptop.apply('secret.yaml', manifest('secret', { args: ['-e', code, 'port=$(PORT)', '$$(PORT)'], spec }));
  const secret = await laptop.ready('secret');
  const { env, argv } = await laptop.call('secret');
  expect(env).toMatchObject({ TOKEN: 'hunter2-hunter2', ALL_token: 'hunter2-hunter2' });
  // With `-e`, the first argument takes the place of the script.
  expect(argv).toEqual(['$(PORT)']);
  const written = async (): Promise<string> => {
    const lines: string[] = [];
    for await (const more of laptop.platform.readLog(secret)) lines.push(...more);
    return lines.join('\n');
  };
  await expect.poll(written).toContain('mini 1 listens');
  expect(await written()).toMatch(/^\S+Z the token is \*\*\*$/m);
  expect(await written()).not.toContain('hunter2');
  expect((await stat(laptop.paths.serverLog('default', 'secret'))).mode & 0o777).toBe(0o600);
});

test('a killed process is back at once, on its port; the status tells what happened', async () => {
  const before = await laptop.ready('first');
  const { pid } = await laptop.call('first');
  const seen: string[] = [];
  const stop = laptop.source.onChange(() => {
    const available = laptop.condition('first', 'Available');
    if (available && seen.at(-1) !== available.message) seen.push(available.message);
  });
  process.kill(pid, 'SIGKILL');
  await laptop.until('first', ({ status }) => status?.replicas === 0);
  const after = await laptop.ready('first');
  stop();
  expect(seen[0]).toMatch(/^It ended by SIGKILL\. It is started again at once\./);
  expect(after.status?.backend).toEqual(before.status?.backend);
  expect(after.status?.tools).toEqual(before.status?.tools);
  expect((await laptop.call('first')).pid).not.toBe(pid);
});

test('a process that hangs is not Ready, and Ready again when it goes on; nothing is written in between', async () => {
  const { pid } = await laptop.call('first');
  process.kill(pid, 'SIGSTOP');
  expect(await laptop.reason('first', 'Ready', 'NotAnswering')).toContain('stopped answering MCP');
  expect(laptop.condition('first', 'Available')?.status).toBe('True');
  const { metadata } = await laptop.until('first', () => true);
  await sleep(500);
  expect(laptop.server('first')?.metadata.resourceVersion).toBe(metadata.resourceVersion);
  process.kill(pid, 'SIGCONT');
  await laptop.ready('first');
  expect((await laptop.call('first')).pid).toBe(pid);
});

test('each turn of Ready can be explained', async () => {
  const turns: string[] = [];
  const stop = laptop.source.onChange(() => {
    const ready = laptop.condition('turns', 'Ready');
    const turn = ready && `${ready.status} ${ready.reason}`;
    if (turn && turn !== turns.at(-1)) turns.push(turn);
  });
  await laptop.apply('turns.yaml', manifest('turns'));
  await laptop.ready('turns');
  await laptop.apply('turns.yaml', manifest('turns', { args: [MINI, 'edited'] }));
  await laptop.ready('turns');
  process.kill((await laptop.call('turns')).pid, 'SIGKILL');
  await laptop.reason('turns', 'Ready', 'ProcessExited');
  await laptop.ready('turns');
  await laptop.apply('turns.yaml', manifest('turns', { spec: 'enabled: false' }));
  await laptop.reason('turns', 'Ready', 'Disabled');
  await sleep(100);
  stop();
  expect(turns).toEqual([
    'False Starting',
    'True Ready',
    'Unknown Starting',
    'True Ready',
    'False ProcessExited',
    'True Ready',
    'False Disabled',
  ]);
});

test('`enabled: false` stops the process and says so; nothing else in the spec restarts it', async () => {
  await laptop.apply('switch.yaml', manifest('switch'));
  await laptop.ready('switch');
  const { pid } = await laptop.call('switch');

  await laptop.apply('switch.yaml', manifest('switch', { spec: 'oauth: { required: false }\ntitle: Other' }));
  await laptop.until('switch', ({ metadata, status }) => status?.observedGeneration === 2 && metadata.generation === 2);
  await laptop.ready('switch');
  expect((await laptop.call('switch')).pid).toBe(pid);
  expect(laptop.condition('switch', 'Accepted')?.message).toContain('Open to anyone');

  await laptop.apply('switch.yaml', manifest('switch', { spec: 'enabled: false' }));
  expect(await laptop.reason('switch', 'Ready', 'Disabled')).toContain('spec.enabled: false');
  expect(laptop.condition('switch', 'Accepted')?.status).toBe('True');
  expect(laptop.server('switch')?.status?.backend).toBeUndefined();
  await gone(pid);

  await laptop.apply('switch.yaml', manifest('switch'));
  await laptop.ready('switch');
});

test('another public URL reaches the servers, and the one before serves until then', async () => {
  await laptop.apply('moves.yaml', manifest('moves'));
  await laptop.ready('moves');
  const { pid } = await laptop.call('moves');
  laptop.moveTo('https://mcp.example.com');
  await laptop.until('moves', ({ status }) => status?.url === 'https://mcp.example.com/api/v1/mcp/moves/mcp');
  await expect.poll(async () => (await laptop.call('moves')).pid, { timeout: 5000 }).not.toBe(pid);
  expect((await laptop.call('moves')).env['MOORING_PUBLIC_URL']).toBe('https://mcp.example.com');
});

test('a removed manifest ends its process and all that this one started', async () => {
  const code = `
    const { spawn } = require('node:child_process');
    const child = spawn('sleep', ['1000']);
    process.env.CHILD = String(child.pid);
    process.on('SIGTERM', () => {});
    import(${JSON.stringify(MINI)});`;
  await laptop.apply('stubborn.yaml', manifest('stubborn', { args: ['-e', code] }));
  await laptop.ready('stubborn');
  const { pid, env } = await laptop.call('stubborn');
  expect(isAlive(Number(env['CHILD']))).toBe(true);
  await laptop.remove('stubborn.yaml');
  await expect.poll(() => laptop.server('stubborn'), { timeout: 3000 }).toBeUndefined();
  // It ignores SIGTERM, so SIGKILL comes after the grace.
  await expect.poll(() => [isAlive(pid), isAlive(Number(env['CHILD']))], { timeout: 8000 }).toEqual([false, false]);
});

test.runIf(process.platform === 'linux')(
  'what went into a session of its own ends with its server, and no other does',
  async () => {
    const code = `
    const { spawn } = require('node:child_process');
    process.env.CHILD = String(spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).pid);
    import(${JSON.stringify(MINI)});`;
    await laptop.apply('daemon.yaml', manifest('daemon', { args: ['-e', code] }));
    await laptop.ready('daemon');
    const { pid: other } = await laptop.call('first');
    const child = Number((await laptop.call('daemon')).env['CHILD']);
    expect(isAlive(child)).toBe(true);
    await laptop.remove('daemon.yaml');
    await gone(child);
    expect((await laptop.call('first')).pid).toBe(other);
  },
);

test('two servers that ask for one port get two', async () => {
  await laptop.apply('a.yaml', manifest('port-a', { spec: 'port: 6155' }));
  const a = await laptop.ready('port-a');
  await laptop.apply('b.yaml', manifest('port-b', { spec: 'port: 6155' }));
  const b = await laptop.ready('port-b');
  expect(a.status?.backend?.url).toBe('http://127.0.0.1:6155/mcp');
  expect(b.status?.backend?.url).toMatch(/:5\d\d\d\//);
  expect(b.status?.backend?.url).not.toBe(a.status?.backend?.url);
});

test('a relative binary starts at the folder of its manifest', async () => {
  const program = join(laptop.manifests, 'program');
  await writeFile(program, `#!/bin/sh\nexec node ${MINI}\n`, { mode: 0o755 });
  await laptop.apply('relative.yaml', manifest('relative', { args: [] }).replace('binary: node', 'binary: ./program'));
  const { status } = await laptop.ready('relative');
  expect(status?.server?.name).toBe('mini');
});

test('of two with one name the older serves; when it goes, the younger takes over at once', async () => {
  const inNamespace = (namespace: string, version: string) =>
    manifest('shared', { spec: `env: [{ name: MINI_VERSION, value: '${version}' }]` }).replace(
      'name: shared }',
      `name: shared, namespace: ${namespace} }`,
    );
  await laptop.apply('older.yaml', inNamespace('team-b', 'older'));
  await laptop.ready('shared');
  await laptop.apply('younger.yaml', inNamespace('team-a', 'younger'));
  const younger = () => laptop.source.list().find(({ metadata }) => metadata.namespace === 'team-a');
  await expect.poll(() => younger()?.status?.conditions.find(({ type }) => type === 'Ready')?.reason).toBe('NameTaken');
  expect(younger()?.status?.conditions[0]?.message).toContain('team-b/shared');
  expect(younger()?.status?.url).toBeUndefined();
  await laptop.remove('older.yaml');
  await expect.poll(() => younger()?.status?.server?.version, { timeout: 3000 }).toBe('younger');
});

test('stop ends every process', async () => {
  const pids = await Promise.all(['first', 'secret', 'port-a'].map(async (name) => (await laptop.call(name)).pid));
  expect(pids.map(isAlive)).toEqual([true, true, true]);
  await laptop.operator.stop();
  await laptop.platform.stop();
  expect(pids.map(isAlive)).toEqual([false, false, false]);
});

test('SIGKILL of the whole program leaves nothing running', async () => {
  const script = join(import.meta.dirname, '..', 'testdata', 'run-laptop.ts');
  const program = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(program.stdout.setEncoding('utf8'), 'data')) as [string];
  const { pid, daemon, folder } = JSON.parse(line) as { pid: number; daemon: number; folder: string };
  onTestFinished(() => {
    for (const left of [pid, daemon]) if (isRunning(left)) process.kill(left, 'SIGKILL');
  });
  expect([isAlive(pid), isAlive(daemon)]).toEqual([true, true]);
  program.kill('SIGKILL');
  await gone(pid);
  // Where there is no /proc, what went into a session of its own stays.
  if (process.platform === 'linux') await gone(daemon);
  await expect.poll(async () => stat(folder).catch(() => 'gone')).toBe('gone');
});
