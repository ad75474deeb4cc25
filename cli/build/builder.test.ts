import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTool } from '../packages/run-tool.ts';
import { builderOfCommand, chooseBuilder } from './builder.ts';

let path: string;

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'mooring-path-'));
});

afterEach(async () => rm(path, { recursive: true, force: true }));

/** A program that is there; `info` tells whether it works. */
async function program(name: string, works = true): Promise<void> {
  await writeFile(join(path, name), `#!/bin/sh\nexit ${works ? 0 : 1}\n`);
  await chmod(join(path, name), 0o755);
}

const choose = async (named?: 'docker' | 'podman' | 'buildah', template?: string) =>
  chooseBuilder(named, { PATH: path, MOORING_IMAGE_BUILDER: template });

test('the first that is there and works', async () => {
  await program('buildah');
  expect((await choose()).label).toBe('buildah');
  await program('podman');
  expect((await choose()).label).toBe('podman');
  await program('docker', false);
  expect((await choose()).label).toBe('podman');
  await program('docker');
  expect((await choose()).label).toBe('docker');
});

test('who is named is taken, or nobody', async () => {
  await program('docker');
  await expect(choose('podman')).rejects.toMatchObject({
    code: 'no_builder',
    message: expect.stringContaining('There is no podman on the PATH.'),
  });
  await program('podman', false);
  await expect(choose('podman')).rejects.toMatchObject({
    code: 'no_builder',
    message: 'podman cannot build here: `podman info` says why.',
  });
});

test('a command of the environment goes before what is there, and behind what is named', async () => {
  await program('docker');
  expect((await choose(undefined, 'make {tag}')).label).toBe('MOORING_IMAGE_BUILDER');
  expect((await choose('docker', 'make {tag}')).label).toBe('docker');
});

test('without any it is said what to do', async () => {
  await expect(choose()).rejects.toMatchObject({
    code: 'no_builder',
    message: expect.stringContaining('Install one of docker, podman and buildah'),
  });
});

test.each([
  ['docker', ['docker', 'build', '--tag', 'a/b:1', '--platform', 'linux/arm64', '--build-arg', 'A=b c', '/x y']],
  [
    'buildah',
    ['buildah', 'build', '--tag', 'a/b:1', '--layers', '--platform', 'linux/arm64', '--build-arg', 'A=b c', '/x y'],
  ],
] as const)('the words of %s', async (name, words) => {
  await program(name);
  const builder = await choose(name);
  expect(builder.build('/x y', { tag: 'a/b:1', platform: 'linux/arm64', buildArgs: ['A=b c'] })).toEqual(words);
  expect(builder.push?.('a/b:1')).toEqual([name, 'push', 'a/b:1']);
});

test.each(['/a b', '/line\nbreak', `/it's "$(id)" \`id\` $HOME`, '/{tag}', '/-n'])(
  'a shell reads the folder %j as one word',
  async (folder) => {
    const builder = builderOfCommand(`printf '%s|' {tag} {folder} {tag}`);
    const [command, ...args] = builder.build(folder, { tag: 'a/b:1', buildArgs: [] });
    expect(await runTool(command, args)).toMatchObject({ code: 0, stdout: `a/b:1|${folder}|a/b:1|` });
  },
);

test('flags that a command of its own would not see are refused', () => {
  const builder = builderOfCommand('true');
  const image = { tag: 'a', platform: 'linux/arm64', buildArgs: [] };
  expect(() => builder.build('/x', image)).toThrow('MOORING_IMAGE_BUILDER');
  expect(builder.push).toBeUndefined();
});
