import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseManifests } from '../crds/validate.ts';
import { WorkingCopy } from './mutations/working-copy.ts';
import { callTool } from './support/call-tool.ts';
import { run, startMooring, type RunningMooring } from './support/mooring.ts';

const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map((match) => match[1] ?? '');

/** `$ command` lines, each with the output below it. Variables live on through a block, so blocks run whole. */
function session(block: string): { command: string; expected: string }[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.trimEnd().split('\n');
      return { command, expected: output.join('\n') };
    });
}

describe('the terminal session of the README', () => {
  let checkout: WorkingCopy;
  let mooring: RunningMooring;
  let port: string;

  beforeAll(async () => {
    // A checkout of its own, where nothing says which state folder to take.
    checkout = new WorkingCopy(join(import.meta.dirname, '..'));
    mooring = await startMooring({ checkout: checkout.folder });
    ({ port } = new URL(mooring.url));
  });

  afterAll(async () => {
    await mooring?.[Symbol.asyncDispose]();
    checkout?.remove();
  });

  test.each(blocks('console').map((block, index) => [index + 1, block] as const))('block %i', async (_, block) => {
    const here = block.replaceAll('localhost:8080', `localhost:${port}`);
    const steps = session(here);
    expect(steps.length).toBeGreaterThan(0);
    const script = steps.map(({ command }) => `${command}\necho ----`).join('\n');
    const { stdout, stderr } = await run('bash', ['-c', script], {
      cwd: checkout.folder,
      env: { ...process.env, MOORING_HOME: undefined },
    });
    const outputs = stdout.split('----\n');
    for (const [index, { expected }] of steps.entries()) {
      expect.soft(lines(outputs[index] ?? ''), stderr).toEqual(lines(expected).map(matcher));
    }
  });
});

const lines = (text: string): string[] =>
  text
    .split('\n')
    // Columns and line ends may shift with the port.
    .map((line) => line.trim().replaceAll(/\s+/g, ' '))
    .filter((line) => line !== '');

/** `…` stands for anything. */
const matcher = (line: string): unknown =>
  expect.stringMatching(
    new RegExp(
      `^${line
        .split('…')
        .map((text) => RegExp.escape(text))
        .join('.*')}$`,
    ),
  );

test('the server of one file runs beside the marketplace, as the README starts it', async () => {
  const flags = /`npm start -- (--manifests [^`]+)`/.exec(readme)?.[1]?.split(' ') ?? [];
  await using mooring = await startMooring({ flags, ready: ['marketplace', 'hello'] });
  const token = await mooring.token('hello', 'user greet');
  expect(await callTool(mooring.endpoint('hello'), 'greet', { name: 'Ada' }, token)).toBe('Hello, Ada.');
});

test('the manifests of the README are valid', () => {
  for (const block of blocks('yaml')) expect(parseManifests(block, 'README.md').problems).toEqual([]);
});

test('the two commands of the README are the ones that CI runs', async () => {
  const ci = await readFile(join(import.meta.dirname, '..', '.ci', 'run'), 'utf8');
  expect(readme).toContain('npm ci && npm test');
  expect(ci).toMatch(/npm ci[\s\S]*npm run -s "\$1"[\s\S]*\nsuite test\n/);
});
