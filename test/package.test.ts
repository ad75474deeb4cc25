import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUNDLED_SERVERS } from '../core/bundled-servers.ts';
import { ANSWERING } from './support/answering-client.ts';
import { callTool } from './support/call-tool.ts';
import { createIdentities } from './support/identities.ts';
import { run, startMooring } from './support/mooring.ts';
import { testDatabase } from './support/postgres.ts';

const ROOT = join(import.meta.dirname, '..');
/** As in a shell of a user: without the tools of this checkout, its Node among them. */
const USER_PATH = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter);
const env = { ...process.env, PATH: USER_PATH };

let folder: string;
let packed: string[];
let installed: string;
let tarball: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-package-'));
  const pack = ['run', '--silent', 'package', '--', '--json', '--pack-destination', folder];
  const [made] = JSON.parse(await npm(ROOT, pack)) as [{ filename: string; files: { path: string }[] }];
  packed = made.files.map(({ path }) => path);
  tarball = made.filename;

  installed = join(folder, 'empty');
  await mkdir(installed);
  await writeFile(join(installed, 'package.json'), '{"private":true,"type":"module"}');
  const options = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await npm(installed, ['install', ...options, join(folder, tarball)]);
}, 180_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

async function npm(cwd: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run('npm', args, { cwd, env });
  if (code !== 0) throw new Error(`npm ${args[0]} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

const bin = (name: string): string => join(installed, 'node_modules', '.bin', name);

test('carries what it needs and no tests', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'bin/mooring',
      'dist/cli/main.js',
      'dist/servers/kit/index.d.ts',
      'dist/servers/kit/artifacts/viewer.json',
      'crds/mooring.dev_mcpservers.yaml',
      'LICENSE',
    ]),
  );
  expect(packed.filter((path) => path.startsWith('examples/local/'))).not.toEqual([]);
  const program = packed.filter((path) => !path.startsWith('cli/new/templates/'));
  expect(program.filter((path) => /^test\/|\.test\.|\/testing\/|(?<!\.d)\.ts$/.test(path))).toEqual([]);
});

test.each(['mooring', 'kubectl-mooring'])('%s runs with the Node of the package', async (name) => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  expect(await run(bin(name), ['--version'], { cwd: installed, env })).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
});

test('kubectl_complete-mooring tells kubectl what words can become', async () => {
  const { stdout, stderr } = await run(bin('kubectl_complete-mooring'), ['list', '--out'], { cwd: installed, env });
  expect({ stdout, stderr }).toEqual({ stdout: '--output\tanother form\n:4\n', stderr: '' });
});

test('the launcher is found through links of links', async () => {
  await symlink(bin('mooring'), join(folder, 'first'));
  await symlink('first', join(folder, 'second'));
  expect(await run(join(folder, 'second'), ['--version'], { env })).toMatchObject({ code: 0 });
});

test('the launcher says in one sentence that Node is too old', async () => {
  const old = join(folder, 'old');
  await mkdir(join(old, 'bin'), { recursive: true });
  await writeFile(join(old, 'bin', 'node'), '#!/bin/sh\necho v22.18.9\n', { mode: 0o755 });
  const copy = join(old, 'bin', 'mooring');
  await writeFile(copy, await readFile(join(ROOT, 'bin', 'mooring')), { mode: 0o755 });
  const result = await run(copy, ['--version'], { env: { PATH: `${join(old, 'bin')}:/usr/bin:/bin` } });
  expect(result).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^mooring: needs Node 22\.19 or newer, found: v22\.18\.9\. .*\n$/),
  });
});

test('compiled code is cached where only the user can write', async () => {
  const cacheHome = join(folder, 'cache');
  await mkdir(cacheHome);
  const before = await run(bin('mooring'), ['--version'], { env: { ...env, XDG_CACHE_HOME: cacheHome } });
  expect(before.code).toBe(0);
  const { stdout } = await run('find', [cacheHome, '-mindepth', '1', '-type', 'd', '-printf', '%m %P\n']);
  expect(stdout).toMatch(/^700 mooring\n700 mooring\/node\n/);
});

/** A folder of somebody who has installed nothing but Mooring. */
async function consumer(files: Readonly<Record<string, string>>): Promise<string> {
  const made = join(installed, `consumer-${Object.keys(files).join('-')}`);
  await mkdir(made);
  for (const [name, content] of Object.entries(files)) await writeFile(join(made, name), content);
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
  const typeRoots = join(ROOT, 'node_modules', '@types');
  // As strict as ourselves, and the declarations of the kit are checked, too.
  const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--verbatimModuleSyntax'];
  const options = ['--noEmit', '--module', 'nodenext', '--target', 'es2024', '--allowImportingTsExtensions', ...strict];
  const check = await run(tsc, [...options, '--types', 'node', '--typeRoots', typeRoots, ...Object.keys(files)], {
    cwd: made,
  });
  expect(check.stdout).toBe('');
  return made;
}

test('a server can be built on mooring/kit with its types', async () => {
  const program = `
    import * as kit from 'mooring/kit';
    const createServer: Function = kit.createServer;
    console.log(typeof createServer, typeof kit.requireIdentity);
  `;
  const cwd = await consumer({ 'server.ts': program });
  const result = await run(bin('node'), ['server.ts'], { cwd });
  expect(result.stdout).toBe('function function\n');
});

test('the server of docs/kit.md needs nothing but mooring/kit, and answers with an artifact', async () => {
  const page = await readFile(join(ROOT, 'docs', 'kit.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)].map(([, name = '', code = '']) => [
    name,
    code,
  ]);
  expect(blocks.map(([name]) => name)).toEqual(['server.ts', 'places.ts', 'forecast.ts']);
  const cwd = await consumer(Object.fromEntries(blocks) as Record<string, string>);
  await using identities = await createIdentities('default/weather');
  const DATABASE_URL = await testDatabase('weather');
  const server = spawn(bin('node'), ['server.ts'], {
    cwd,
    env: { ...env, ...identities.env, DATABASE_URL },
    stdio: 'pipe',
  });
  try {
    const url = await listeningUrl(server);
    const [, modern] = ANSWERING;
    const headers = await identities.headers({ subject: 'ada', clientId: 'test', scopes: ['user'] });
    const place = 'Rome';
    await using ada = await modern.connect(`${url}/mcp`, headers, {
      elicit: () => ({ action: 'accept', content: { place } }),
    });
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status, { timeout: 20_000 }).toBe(200);
    const { structuredContent } = await ada.call('forecast');
    expect(structuredContent).toMatchObject({
      artifact: { labels: ['Rome'] },
      resource: { uri: expect.stringContaining('artifact:') },
    });
  } finally {
    server.kill('SIGKILL');
  }
});

/** Where a server says that it listens. */
async function listeningUrl(server: ChildProcessByStdio<null | Writable, Readable, Readable>): Promise<string> {
  let said = '';
  for await (const data of server.stderr) {
    said += String(data);
    const url = /"url":"(http:[^"]+)"/.exec(said)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error(`The server ended: ${said}`);
}

test('examples/kit-server runs with what is installed', async () => {
  const example = join(folder, 'kit-server');
  await cp(join(ROOT, 'examples', 'kit-server'), example, { recursive: true });
  await symlink(join(installed, 'node_modules'), join(example, 'node_modules'));
  await using mooring = await startMooring({
    program: bin('mooring'),
    env,
    flags: ['--manifests', example],
    ready: ['dice'],
  });
  const said = await callTool(mooring.endpoint('dice'), 'roll_dice', { times: 60 }, await mooring.token('dice'));
  expect(said).toMatch(/^# 60 rolls of 2 dice\n[\s\S]*\| 12 \| \d+ \|$/);
});

test('an installed Mooring packs itself for a new server, with all that it is', async () => {
  const made = await run(bin('mooring'), ['new', 'server', 'weather'], { cwd: folder, env });
  expect(made.code, made.stderr).toBe(0);
  const { stdout } = await run('tar', ['-tzf', join(folder, 'weather', 'vendor', tarball)]);
  const names = stdout.trim().split('\n');
  expect(names.map((name) => name.replace(/^package\//, '')).sort()).toEqual(packed.toSorted());
});

test('mooring up brings its servers to Ready', async () => {
  await using mooring = await startMooring({ program: bin('mooring'), env, ready: Object.keys(BUNDLED_SERVERS) });
  expect(await mooring.token('marketplace')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});
