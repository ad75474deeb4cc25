import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pathOf } from '../support/kubernetes-tools.ts';
import { run, startMooring, waitReady, type RunningMooring } from '../support/mooring.ts';
import { shellsHere } from '../support/shells.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'bin', 'mooring');

let mooring: RunningMooring;
/** With `mooring` in PATH, as it is installed. */
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  mooring = await startMooring();
  await waitReady(mooring, 'marketplace');
  // Goes with it.
  const bin = join(mooring.home, '..', 'bin');
  await mkdir(bin);
  for (const name of ['mooring', 'kubectl-mooring', 'kubectl_complete-mooring'])
    await symlink(LAUNCHER, join(bin, name));
  env = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH']}`,
    MOORING_HOME: mooring.home,
    MOORING_PLACE: undefined,
    KUBECONFIG: undefined,
  };
});
afterAll(async () => mooring?.[Symbol.asyncDispose]());

/** How each shell is made to complete a line, whose words are quoted; it prints what it found, one a line. */
const COMPLETE: Readonly<Record<string, (words: readonly string[]) => readonly string[]>> = {
  bash: (words) => [
    '-c',
    `source <(mooring completion bash)
     complete -p mooring >/dev/null || exit 1
     COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
     _mooring
     printf '%s\\n' "\${COMPREPLY[@]}"`,
  ],
  // _describe and _files are of its completion system, which only a line editor calls.
  zsh: (words) => [
    '-f',
    '-c',
    `compdef() { [[ $* == '_mooring mooring' ]] || exit 1 }
     _describe() { print -rl -- "\${(@)\${(@P)2}%%:*}" }
     _files() { print -l *(N) }
     source <(mooring completion zsh)
     words=(${words.map((word) => `'${word}'`).join(' ')}) CURRENT=${words.length}
     _mooring`,
  ],
  fish: (words) => [
    '--no-config',
    '-c',
    `mooring completion fish | source; complete -C '${words.join(' ')}' | string replace -r '\\t.*' ''`,
  ],
};

const SHELLS = shellsHere();

async function completed(shell: string, ...words: readonly string[]): Promise<readonly string[]> {
  const cwd = join(import.meta.dirname, '..', '..', 'docs');
  const args = COMPLETE[shell]?.(['mooring', ...words]) ?? [];
  const { stdout, stderr } = await run(shell, args, { cwd, env });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}

test.each(SHELLS)('%s completes commands, flags, choices, and names of servers that are there', async (shell) => {
  expect(await completed(shell, 'lis')).toEqual(expect.arrayContaining(['list']));
  expect(await completed(shell, 'logs', '--fol')).toEqual(['--follow']);
  expect(await completed(shell, 'list', '-o', 'j')).toEqual(['json']);
  // On a busy machine the patience of one second may be too short: who presses Tab again gets it.
  const live = { timeout: 20_000 };
  await expect.poll(async () => completed(shell, 'status', ''), live).toEqual(['marketplace']);
  await expect.poll(async () => completed(shell, 'show', 'mark'), live).toEqual(['marketplace']);
});

test.each(SHELLS)('%s is silent where nothing answers', async (shell) => {
  expect(await completed(shell, 'show', '--home', '/nowhere', '')).toEqual(['']);
});

test.each(SHELLS.filter((shell) => shell !== 'bash'))('%s completes files where there are files', async (shell) => {
  expect(await completed(shell, 'import', '')).toContain('security.md');
});

test('bash takes files of its own where there are files, and none elsewhere', async () => {
  const { stdout } = await run('mooring', ['completion', 'bash'], { env });
  expect(stdout).toContain('complete -o default -F _mooring mooring');
  expect(await run('mooring', ['__complete', '--', 'import', ''], { env })).toMatchObject({ stdout: ':0\n' });
  expect(await run('mooring', ['__complete', '--', 'show', 'x'], { env })).toMatchObject({ stdout: ':4\n' });
});

test('kubectl completes `kubectl mooring`, of the cluster', async () => {
  // Without a cluster it finds no servers, and says nothing of it.
  const home = join(await temporaryFolder(), 'empty');
  await mkdir(home);
  const asked = { ...env, HOME: home };
  const kubectl = async (...words: string[]) =>
    run(pathOf('kubectl'), ['__complete', 'mooring', ...words], { env: asked });
  expect((await kubectl('logs', '--fol')).stdout).toMatch(/^--follow\t.*\n:4\n$/);
  expect((await kubectl('logs', '')).stdout).toBe(':4\n');
});

test('every shell can be asked for, and no other', async () => {
  expect(await run('mooring', ['completion', 'tcsh'], { env })).toMatchObject({ code: 2, stdout: '' });
  const { stdout } = await run('mooring', ['completion', '--help'], { env });
  expect(stdout).toMatch(/~\/\.bashrc[\s\S]*~\/\.zshrc[\s\S]*\.config\/fish[\s\S]*kubectl_complete-mooring/);
});
