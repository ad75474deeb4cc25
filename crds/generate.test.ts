import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, mkdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { staleFiles } from './generate.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'mooring-generate-'));
  await mkdir(join(copy, 'docs'));
  await cp(join(root, 'crds'), join(copy, 'crds'), { recursive: true });
  await cp(join(root, 'docs', 'mcpserver.md'), join(copy, 'docs', 'mcpserver.md'));
  await cp(join(root, 'package.json'), join(copy, 'package.json'));
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(async () => rm(copy, { recursive: true, force: true }));

const generate = (...options: string[]) =>
  run(process.execPath, [join('crds', 'generate.ts'), ...options], { cwd: copy });

test('the generated files that are checked in are those of the model', async () => {
  expect(await staleFiles()).toEqual([]);
});

test('--check names what is stale, and generating repairs it', async () => {
  await generate('--check');
  await appendFile(join(copy, 'crds', 'mooring.dev_mcpservers.yaml'), '# edited by hand\n');
  await expect(generate('--check')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^crds\/mooring\.dev_mcpservers\.yaml is stale/),
  });
  await rm(join(copy, 'docs', 'mcpserver.md'));
  await expect(generate('--check')).rejects.toMatchObject({ stderr: expect.stringContaining('docs/mcpserver.md') });
  await generate();
  await generate('--check');
});
