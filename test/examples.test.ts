import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callTool } from './support/call-tool.ts';
import { run, startMooring } from './support/mooring.ts';

const EXAMPLES = join(import.meta.dirname, '..', 'examples');

test('every folder of examples is run by a test', async () => {
  // examples/local is what `npm start` runs: readme.test.ts and e2e/; examples/gitops: chart/gitops.test.ts;
  // examples/kubernetes: e2e-cluster/peace/examples.test.ts; examples/kit-server: package.test.ts, which has `mooring/kit`.
  expect((await readdir(EXAMPLES)).sort()).toEqual(['gitops', 'kit-server', 'kubernetes', 'local', 'own-server']);
});

test('every manifest is valid', async () => {
  const folders = (await readdir(EXAMPLES)).map((folder) => join('examples', folder));
  const { code, stdout } = await run('bin/mooring', ['validate', ...folders]);
  expect(stdout).toContain(', 0 problems');
  expect(code).toBe(0);
});

test('own-server: a server of one file, with a rule for its tool', async () => {
  await using mooring = await startMooring({ folder: 'examples/own-server', ready: ['hello'] });
  const endpoint = mooring.endpoint('hello');
  expect(await callTool(endpoint, 'greet', { name: 'Ada' }, await mooring.token('hello'))).toBe('Hello, Ada.');
  const onlySignedIn = await mooring.token('hello', 'user');
  await expect(callTool(endpoint, 'greet', { name: 'Ada' }, onlySignedIn)).rejects.toThrow(/403|scope/i);
});
