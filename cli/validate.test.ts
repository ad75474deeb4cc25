import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { validate } from './validate.ts';

let folder: string;
let printed: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-validate-'));
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const manifest = (name: string, spec: string): string =>
  `apiVersion: mooring.dev/v1alpha1\nkind: McpServer\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const add = async (file: string, content: string | Buffer) => writeFile(join(folder, file), content);
const REFUSED = { code: 'invalid_manifests' };

test('what is valid is counted', async () => {
  await add('good.yaml', manifest('good', '{binary: node}'));
  await validate([folder]);
  expect(printed).toBe(`1 valid, 0 problems in 1 file of ${folder}\n`);
});

test('what `mooring up` does not read is not judged: hidden files, folders and pipes named like manifests', async () => {
  await add('good.yaml', manifest('good', '{binary: node}'));
  await add('.#draft.yaml', 'kind: [');
  await mkdir(join(folder, 'folder.yaml'));
  execFileSync('mkfifo', [join(folder, 'pipe.yaml')]);
  await validate([folder]);
  expect(printed).toBe(`1 valid, 0 problems in 1 file of ${folder}\n`);
});

test('text that is not UTF-8 is a problem, with its file', async () => {
  await add(
    'latin.yaml',
    Buffer.concat([Buffer.from(manifest('latin', '{binary: node}')), Buffer.from('# \xfc', 'latin1')]),
  );
  await expect(validate([folder])).rejects.toMatchObject(REFUSED);
  expect(printed).toMatch(/latin\.yaml:1: is not UTF-8 text; save it as UTF-8\n0 valid, 1 problem in 1 file of .*\n$/);
});

test.each(['/dev/zero', '/no/such/file.yaml'])('%s is a problem, and not read for ever', async (path) => {
  await expect(validate([path])).rejects.toMatchObject(REFUSED);
  expect(printed).toContain(`${path}:1: `);
  expect(printed).toContain(`0 valid, 1 problem in 0 files of ${path}\n`);
});

test('what is valid and not started on a laptop is noted', async () => {
  await add('image.yaml', manifest('image', '{image: example/image}'));
  await add('remote.yaml', manifest('remote', '{remote: {url: https://mcp.example/mcp}}'));
  await validate([folder]);
  expect(printed).toMatch(/image\.yaml:1: note: .* has no spec\.binary\n/);
  expect(printed).not.toContain('remote.yaml');
  expect(printed).toContain('2 valid, 0 problems in 2 files of ');
});

test('without a path the examples are checked, which is told', async () => {
  await validate([]);
  expect(printed).toMatch(/^[1-9]\d* valid, 0 problems in \d+ files? of \S*examples\/local\n$/m);
});
