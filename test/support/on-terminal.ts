import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface TerminalOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** What is typed when `to` has been shown. */
  readonly answer?: { readonly to: string; readonly text: string };
}

/** The environment of a person at a terminal, wherever the test runs: Node shows no colours where CI is set. */
export const atTerminal = (env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv => ({
  ...env,
  TERM: 'xterm-256color',
  CI: undefined,
});

/** Runs a command on a pseudo-terminal of script(1), which Debian always has, 200 columns wide. What it shows, colours and all. */
export async function onTerminal(
  command: readonly string[],
  { answer, ...options }: TerminalOptions = {},
): Promise<{ code: number; shown: string }> {
  const line = `stty columns 200; ${command.map((word) => `'${word}'`).join(' ')}`;
  const [program, ...args] = ['script', '--quiet', '--return', '--command', line, '/dev/null'] as const;
  const child = spawn(program, args, {
    ...options,
    env: atTerminal(options.env),
    stdio: [answer ? 'pipe' : 'ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  let isAnswered = false;
  child.stdout?.on('data', (data: Buffer) => {
    shown += data.toString();
    if (answer === undefined || isAnswered || !shown.includes(answer.to)) return;
    isAnswered = true;
    child.stdin?.write(answer.text);
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, shown: shown.replaceAll('\r\n', '\n') };
}
