import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test, vi } from 'vitest';
import { isNpmName } from './npm-registry.ts';
import { packageExists } from './package-exists.ts';
import { isPypiName } from './python-index.ts';

// Ends what hangs: each question starts npm or pip, which asks a registry.
vi.setConfig({ testTimeout: 180_000 });

const folders: string[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** A PATH with only these programs. */
async function onlyPrograms(programs: Readonly<Record<string, string>>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'mooring-path-'));
  folders.push(folder);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  vi.stubEnv('PATH', folder);
}

test('the folder that a person stands in gives neither settings nor code to who is asked', async () => {
  const asked: string[] = [];
  const registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404).end('{}');
  }).listen(0, '127.0.0.1');
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'mooring-hostile-'));
  folders.push(folder);
  await writeFile(join(folder, '.npmrc'), `registry=http://127.0.0.1:${port}/\${PLANTED}/\n`);
  await writeFile(join(folder, 'pip.py'), `open(${JSON.stringify(join(folder, 'ran'))}, 'w')`);

  const module = JSON.stringify(join(import.meta.dirname, 'package-exists.ts'));
  const ask = (ref: object): string => `await packageExists(${JSON.stringify(ref)});`;
  const script = [
    `const { packageExists } = await import(${module});`,
    ask({ registry: 'npm', name: 'semver', version: '7.5.0' }),
    ask({ registry: 'pypi', name: 'mcp', version: '2.3.0' }),
  ].join('\n');
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    env: { ...process.env, PLANTED: 'secret' },
  });
  registry.close();
  expect(asked).toEqual([]);
  expect(await readdir(folder)).not.toContain('ran');
});

test('a version that npm has is found, with the programs of its package', async () => {
  expect(await packageExists({ registry: 'npm', name: 'semver', version: '7.5.0' })).toEqual({
    kind: 'found',
    programs: ['semver'],
  });
});

test('of a version that npm has not, it is said which there are', async () => {
  const answer = await packageExists({ registry: 'npm', name: '@modelcontextprotocol/client', version: '0.0.999' });
  expect(answer).toMatchObject({ kind: 'no_version', latest: expect.stringMatching(/^\d/) });
  expect(answer.kind === 'no_version' && answer.versions).toContain('2.4.0');
});

test('a tag is no version', async () => {
  expect(await packageExists({ registry: 'npm', name: 'semver', version: 'latest' })).toMatchObject({
    kind: 'no_version',
  });
});

test('a package that the other registry has', async () => {
  expect(await packageExists({ registry: 'npm', name: 'mcp-server-fetch', version: '2025.1.17' })).toEqual({
    kind: 'no_package',
    elsewhere: 'pypi',
  });
});

test('a version that PyPI has is found in each of its spellings', async () => {
  for (const version of ['2.0', '2.0.0-rc.1'])
    expect([version, await packageExists({ registry: 'pypi', name: 'mcp', version })]).toEqual([
      version,
      { kind: 'found' },
    ]);
});

test('of a version that PyPI has not, it is said which there are', async () => {
  const answer = await packageExists({ registry: 'pypi', name: 'mcp', version: '0.0.999' });
  expect(answer).toMatchObject({ kind: 'no_version', latest: expect.stringMatching(/^[\d.]+$/) });
  expect(answer.kind === 'no_version' && answer.versions[0]).toBe('0.9.1');
});

test.each(['npm', 'pypi'] as const)('a package that nobody has (%s)', async (registry) => {
  const name = 'mooring-test-no-such-package';
  expect(await packageExists({ registry, name, version: '1.0.0' })).toEqual({ kind: 'no_package' });
});

test('what npm would read as something else than a name is not given to it', async () => {
  const witness = join(tmpdir(), `mooring-witness-${process.pid}`);
  await onlyPrograms({ npm: `echo > ${witness}` });
  for (const name of ['someone/repository', 'x.tgz', '@scope/x.tar.gz', 'a/../../b', '@a']) {
    expect([name, await packageExists({ registry: 'npm', name, version: '1.0.0' })]).toMatchObject([
      name,
      { kind: 'no_package' },
    ]);
  }
  await expect(rm(witness)).rejects.toThrow('ENOENT');
});

test('names', () => {
  expect(['semver', '@scope/name', 'JSONStream', 'a.b_c~d'].filter((name) => !isNpmName(name))).toEqual([]);
  expect(['mcp', 'Flask-SQL_alchemy', 'zope.interface'].filter((name) => !isPypiName(name))).toEqual([]);
  expect(['a/b', '@a/b', 'a;b', '-r', 'a[b]', 'a '].filter(isPypiName)).toEqual([]);
});

test('without a package manager nothing is said of a package', async () => {
  await onlyPrograms({});
  for (const registry of ['npm', 'pypi'] as const)
    expect(await packageExists({ registry, name: 'semver', version: '7.5.0' })).toEqual({
      kind: 'not_asked',
      reason: expect.stringMatching(/^There is no (npm|pip) on the PATH\.$/),
    });
});

test('a registry that does not answer is not one that has no such package', async () => {
  await onlyPrograms({
    npm: `echo '{"error":{"code":"ECONNREFUSED"}}'; exit 1`,
    python3: `echo 'WARNING: Retrying (Retry(total=4)) after connection broken' >&2
      echo 'ERROR: No matching distribution found for semver' >&2; exit 1`,
  });
  expect(await packageExists({ registry: 'npm', name: 'semver', version: '7.5.0' })).toEqual({
    kind: 'not_asked',
    reason: 'npm could not ask its registry (ECONNREFUSED). `npm ping` says why.',
  });
  expect(await packageExists({ registry: 'pypi', name: 'semver', version: '7.5.0' })).toMatchObject({
    kind: 'not_asked',
    reason: expect.stringContaining('pip could not ask its index'),
  });
});
