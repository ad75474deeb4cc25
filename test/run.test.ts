import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const FILES = {
  'green.test.ts': `test('good', () => {});`,
  'mixed.test.ts': `
    test('good', () => {});
    test('bad', () => { throw new Error('as it should'); });
    test.skip('left out', () => {});`,
  'skipped.test.ts': `
    test('good', () => {});
    test.skip('left out', () => {});`,
  'broken.test.ts': `throw new Error('the file itself');`,
  'set-up.test.ts': `
    beforeAll(() => { throw new Error('before all tests'); });
    test('never runs', () => {});`,
  'unsteady.test.ts': `
    let tries = 0;
    test('better late', () => { if (++tries === 1) throw new Error('once'); });`,
  'rejection.test.ts': `test('good', () => { void Promise.reject(new Error('nobody waits')); });`,
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-run-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(join(import.meta.dirname, '..', 'node_modules', 'vitest'), join(folder, 'node_modules', 'vitest'));
  for (const [name, tests] of Object.entries(FILES))
    await writeFile(join(folder, name), `import { beforeAll, test } from 'vitest';\nvoid beforeAll;\n${tests}`);
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

const runTests = (file: string, ci: string): [string | undefined, number | null] => {
  const { stdout, status } = npmTest(file, ci);
  return [stdout.trimEnd().split('\n').at(-1), status];
};

/** `npm test -- <file>`. */
function npmTest(file: string, ci: string) {
  // Not the variables that tell this test file that it runs under Vitest.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], CI: ci };
  return spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), file], {
    cwd: folder,
    env,
    encoding: 'utf8',
  });
}

test.each([
  ['green.test.ts', '', '1 passed, 0 failed', 0],
  ['mixed.test.ts', '', '1 passed, 1 failed', 1],
  ['skipped.test.ts', '', '1 passed, 0 failed', 0],
  // Nobody reads the log of a green run.
  ['skipped.test.ts', 'true', '1 passed, 1 failed', 1],
  ['broken.test.ts', '', '0 passed, 1 failed', 1],
  ['set-up.test.ts', '', '0 passed, 1 failed', 1],
  ['unsteady.test.ts', '', '0 passed, 1 failed', 1],
  // CI machines stand still at times.
  ['unsteady.test.ts', 'true', '1 passed, 0 failed', 0],
  ['rejection.test.ts', '', '1 passed, 1 failed', 1],
  ['no-such.test.ts', '', '0 passed, 1 failed', 1],
])('%s with CI=%j ends with "%s"', (file, ci, line, status) => {
  expect(runTests(file, ci)).toEqual([line, status]);
});

test('what passes only at the second try is told by name', () => {
  expect(npmTest('unsteady.test.ts', 'true').stdout).toContain(
    'Passed only at the second try: unsteady.test.ts > better late',
  );
});
