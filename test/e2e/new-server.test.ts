import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTool } from '../support/call-tool.ts';
import { condition, run, startMooring, until, type RunningMooring } from '../support/mooring.ts';
import { ensurePython } from '../support/python.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

/** What `mooring new server` writes, and what its README says to do next. */
const LANGUAGES = [
  {
    language: 'typescript',
    commands: [
      ['npm', 'install', '--prefer-offline'],
      ['npm', 'test'],
      ['npm', 'run', 'check'],
    ],
  },
  {
    language: 'python',
    commands: [
      ['python3', '-m', 'venv', '.venv'],
      ['.venv/bin/pip', 'install', '--quiet', '-r', 'requirements-dev.txt'],
      ['.venv/bin/pytest', '--quiet'],
    ],
  },
] as const;

/** A folder with a space in its name: people have them. */
let folder: string;

beforeAll(async () => {
  ensurePython();
  folder = await mkdtemp(join(tmpdir(), 'mooring new-'));
}, 180_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function command(cwd: string, [program, ...args]: readonly [string, ...string[]]): Promise<void> {
  const { code, stdout, stderr } = await run(program, args, { cwd });
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}:\n${stdout}${stderr}`);
}

test.each(LANGUAGES)(
  'a new $language server passes its own tests and serves whoever comes through the gateway, and nobody else',
  async ({ language, commands }) => {
    const name = `weather-${language}`;
    const server = join(folder, name);
    await command(folder, [MOORING, 'new', 'server', name, '--language', language]);
    for (const each of commands) await command(server, each);

    await using mooring = await startMooring({ manifests: {}, flags: ['--manifests', server], ready: [name] });
    const verified = await condition(mooring, name, 'Verified');
    // What answers strangers is told so after these words.
    expect(verified?.message).toMatch(new RegExp(String.raw`as ${name} 0\.1\.0\.$`));
    const token = await mooring.token(name);
    expect(await callTool(mooring.endpoint(name), 'greet', { name: 'Grace' }, token)).toContain('Hello, Grace, from ');

    const backend = await backendOf(mooring, name);
    for (const authorization of ['', `Bearer ${token}`])
      expect((await fetch(backend, { method: 'POST', headers: { authorization }, body: '{}' })).status).toBe(401);
  },
  // Ends what hangs; on a busy machine npm and pip take minutes.
  600_000,
);

async function backendOf(mooring: RunningMooring, name: string): Promise<string> {
  const { stdout } = await mooring.cli('show', name, '-o', 'json');
  const { status } = JSON.parse(stdout) as { status: { backend: { url: string } } };
  return status.backend.url;
}

test('Ctrl-C while Mooring is packed leaves nothing behind', async () => {
  const [cwd, temporary] = [join(folder, 'interrupted'), join(folder, 'temporary')];
  for (const each of [cwd, temporary]) await mkdir(each);
  const env = { ...process.env, TMPDIR: temporary };
  const child = spawn(MOORING, ['new', 'server', 'other'], { cwd, env, stdio: 'ignore', detached: true });
  const ended = once(child, 'close');
  const packing = async (): Promise<boolean> =>
    (await readdir(temporary)).some((entry) => entry.startsWith('mooring-pack-'));
  await until(packing, 'the copy that is packed');
  // To all of the group, as a terminal does.
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect(await ended).toEqual([130, null]);
  expect(await readdir(cwd)).toEqual([]);
  expect((await readdir(temporary)).filter((entry) => entry.startsWith('mooring-'))).toEqual([]);
});
