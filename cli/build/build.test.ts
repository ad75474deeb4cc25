import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run, until } from '../../test/support/mooring.ts';

const MOORING = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring build-'));
  const temporary = join(folder, 'tmp');
  await mkdir(temporary);
  await mkdir(join(folder, 'bin'));
  await mkdir(join(folder, 'servers'));
  // Of the builders of this machine only the one that a test puts there.
  const path = `${join(folder, 'bin')}${delimiter}${dirname(process.execPath)}${delimiter}/usr/bin${delimiter}/bin`;
  env = { ...process.env, PATH: path, TMPDIR: temporary, MOORING_IMAGE_BUILDER: undefined };
  await builder('exit 0');
});

afterEach(async () => rm(folder, { recursive: true, force: true }));

/** A docker that writes down how it is called and what it is given, and then does as it is told. */
async function builder(then: string): Promise<void> {
  await write(
    'bin/docker',
    `#!/bin/sh
[ "$1" = info ] && exit 0
printf '%s\\n' "$*" >>'${folder}/calls'
for last; do :; done
if [ "$1" = build ]; then cp "$last/Dockerfile" '${folder}/built'; ls -lR "$last" >'${folder}/context'; fi
${then}
`,
    0o755,
  );
}

async function write(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
  await chmod(join(folder, path), mode);
}

const manifest = async (name: string, spec: string, place = 'servers'): Promise<void> =>
  write(
    `${place}/${name}.yaml`,
    `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: { name: ${name} }\nspec: ${spec}\n`,
  );

const build = async (...args: readonly string[]) =>
  run(MOORING, ['build', '--builder', 'docker', ...args], { cwd: join(folder, 'servers'), env });

const calls = async (): Promise<string[]> =>
  (await readFile(join(folder, 'calls'), 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);

test('a folder with a Dockerfile is built under the name of its manifest, and pushed when asked for', async () => {
  await manifest('notes', '{ image: "ghcr.io/example/notes:1.4.2" }', 'servers/notes');
  await write('servers/notes/Dockerfile', 'FROM scratch\n');
  expect(await build('--push')).toMatchObject({ code: 0, stdout: 'ghcr.io/example/notes:1.4.2\n' });
  expect(await calls()).toEqual([
    `build --tag ghcr.io/example/notes:1.4.2 ${join(folder, 'servers', 'notes')}`,
    'push ghcr.io/example/notes:1.4.2',
  ]);
});

test('what fails is told with its last lines, made harmless, and ends with 1', async () => {
  await manifest('notes', '{ image: "ghcr.io/example/notes:1.4.2" }');
  await write('servers/Dockerfile', 'FROM scratch\n');
  await builder(
    `for i in $(seq 100); do echo "line $i"; done; printf 'step \\033[31mfailed\\033[0m \\007\\n' >&2; exit 7`,
  );
  const { code, stdout, stderr } = await build('--push');
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('  line 100\n');
  expect(stderr).not.toContain('  line 50\n');
  expect(stderr).toMatch(/step failed/);
  for (const control of ['\u001B', '\u0007']) expect(stderr).not.toContain(control);
  expect(stderr).toMatch(/docker ended with 7 after \d+ s\..*\(build_failed, \w+\)\n$/);
  expect(await calls()).toHaveLength(1);
});

test('a program beside its manifest goes into an image by itself, readable for every user, and nothing stays here', async () => {
  await manifest('notes', '{ binary: ./bin/notes.mjs }');
  await write('servers/bin/notes.mjs', '#!/usr/bin/env node\n', 0o700);
  await write('servers/bin/secret.txt', 'secret');
  const { code, stdout, stderr } = await build();
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^localhost\/notes:[0-9a-f]{12}\n$/);
  expect(stderr).toContain(`as \`image: ${stdout.trim()}\``);
  expect(await readFile(join(folder, 'built'), 'utf8')).toContain('COPY ["bin/notes.mjs","./bin/notes.mjs"]');
  const context = await readFile(join(folder, 'context'), 'utf8');
  expect(context).toMatch(/-rwxr-xr-x.*notes\.mjs/);
  expect(context).not.toContain('secret');
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

test('a program that a manifest names without a path is one where it lies beside it, and on the PATH of its image', async () => {
  await manifest('notes', '{ binary: notes-server }');
  expect((await build('notes')).stderr).toContain(
    `Put the program into ${join(folder, 'servers')}, as notes-server; or a Dockerfile`,
  );
  await write('servers/notes-server', '#!/bin/sh\n', 0o755);
  const { code, stderr } = await build('notes');
  expect(code, stderr).toBe(0);
  const built = await readFile(join(folder, 'built'), 'utf8');
  expect(built).toContain('COPY ["notes-server","/usr/local/bin/notes-server"]');
  expect(built).toContain('ENTRYPOINT ["/usr/local/bin/notes-server"]');
});

test('what a builder fails with leaves nothing here either', async () => {
  await manifest('notes', '{ binary: ./notes.mjs }');
  await write('servers/notes.mjs', '#!/usr/bin/env node\n', 0o700);
  await builder('exit 1');
  expect(await build()).toMatchObject({ code: 1 });
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
});

test('Ctrl-C ends the builder and takes away what was made for it', async () => {
  await manifest('notes', '{ binary: ./notes.mjs }');
  await write('servers/notes.mjs', '#!/usr/bin/env node\n', 0o700);
  await builder(`echo $$ >'${folder}/pid'; exec sleep 600`);
  const child = spawn(MOORING, ['build', '--builder', 'docker'], {
    cwd: join(folder, 'servers'),
    env,
    stdio: 'ignore',
  });
  const pid = async () => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => ''));
  await until(async () => (await pid()) > 0, 'the builder to start');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([null, 'SIGINT']);
  expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  const builderPid = await pid();
  expect(() => process.kill(builderPid, 0)).toThrow('ESRCH');
});

test('on a terminal it is shown what the builder does', async () => {
  await manifest('notes', '{ binary: ./notes.mjs }');
  await write('servers/notes.mjs', '#!/usr/bin/env node\n', 0o700);
  await builder('echo STEP 1/5');
  const command = `'${MOORING}' build --builder docker --tag a/b:1`;
  const shown = await run('script', ['-qec', command, '/dev/null'], { cwd: join(folder, 'servers'), env });
  expect(shown.stdout).toMatch(/Building a\/b:1 with docker, \d+ s: STEP 1\/5/);
  expect((await build('--tag', 'a/b:1')).stderr).not.toContain('STEP');
});

test.each(['../outside', './link', '/etc/hostname', './../servers-too/x'])(
  'the program %s lies outside the folder of its manifest and never goes into an image',
  async (binary) => {
    await manifest('notes', `{ binary: ${binary} }`);
    await write('outside', '#!/bin/sh\n', 0o755);
    await write('servers-too/x', '#!/bin/sh\n', 0o755);
    await symlink('../outside', join(folder, 'servers', 'link'));
    const { code, stderr } = await build();
    expect(stderr).toContain('(program_outside, ');
    expect([code, await calls()]).toEqual([1, []]);
  },
);

test.each([
  ['{ binary: ./missing }', 'program_missing'],
  ['{ binary: ./text }', 'unknown_program'],
  ['{ binary: notes-server }', 'cannot_build'],
  ['{ binary: mooring, args: [server, marketplace] }', 'cannot_build'],
  ['{ image: "ghcr.io/example/notes:1.4.2" }', 'cannot_build'],
  ['{ remote: { url: "https://example.com/mcp" } }', 'cannot_build'],
  ['{ binary: ./ok, image: "ghcr.io/example/notes@sha256:0123456789abcdef0123456789abcdef" }', 'no_image_name'],
])('of %s it is said what is missing: %s', async (spec, code) => {
  await manifest('notes', spec);
  await write('servers/text', 'just text');
  await write('servers/ok', '#!/bin/sh\n');
  const result = await build('notes');
  expect(result.stderr).toContain(`(${code}, `);
  expect([result.code, result.stdout, await calls()]).toEqual([1, '', []]);
});

test('a package that nobody has is told before anything is built, and of a version what is near', async () => {
  await manifest('a', '{ binary: ./ok }');
  await write('servers/ok', '#!/bin/sh\n');
  await manifest('b', '{ package: { registry: npm, name: mooring-test-no-such-package, version: 1.0.0 } }');
  expect((await build()).stderr).toMatch(
    /There is no package "mooring-test-no-such-package" at npm\..*\(package_not_found/,
  );
  await manifest('b', '{ package: { registry: npm, name: semver, version: 7.5.99 } }');
  expect((await build()).stderr).toMatch(
    /semver has no version 7\.5\.99\. Near it is 7\.5\.\d+\. The newest is .*\(package_not_found/,
  );
  expect(await calls()).toEqual([]);
});

test('a package is built with its own program', async () => {
  await manifest(
    'everything',
    '{ package: { registry: npm, name: "@modelcontextprotocol/server-everything", version: 2026.8.31 } }',
  );
  const { code, stdout, stderr } = await build('everything', '--print');
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('# everything: docker build --tag localhost/everything:2026.8.31 ');
  expect(stdout).toContain('ENTRYPOINT ["/opt/server/bin/mcp-server-everything"]');
  expect(await calls()).toEqual([]);
});

test.each([
  [['--tag', 'x y']],
  [['--tag', '-v']],
  [['--platform', 'linux/arm64,linux/amd64']],
  [['--build-arg', '--volume=/:/x']],
  [['--program', '../x']],
  [['--builder', 'kaniko']],
  [['--tag', 'a/b:1', 'a', 'b']],
])('%j is refused as wrong usage', async (flags) => {
  for (const name of ['a', 'b']) await manifest(name, `{ package: { registry: npm, name: semver, version: 7.5.0 } }`);
  expect(await build(...flags)).toMatchObject({ code: 2 });
  expect(await calls()).toEqual([]);
});

test('an unknown name is told with the nearest', async () => {
  await manifest('notes', '{ binary: ./ok }');
  expect((await build('notse')).stderr).toContain('Did you mean notes? (unknown_server, ');
});

test('where there is nothing it is said how to begin', async () => {
  expect((await build()).stderr).toMatch(/`mooring new server NAME`.*\(nothing_to_build/);
});
