import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from './mooring.ts';
import { atTerminal } from './on-terminal.ts';

/** A command on a terminal, and the person at it. */
export interface TerminalSession {
  /** Waits until the terminal shows it, after what was waited for before. Fails with what it shows. */
  shows(text: string | RegExp): Promise<void>;
  type(text: string): void;
  /** Resolves when the command has ended, with its exit code. */
  readonly ended: Promise<number | null>;
  /** All that was shown so far. */
  shown(): string;
}

/** Runs a command on a pseudo-terminal of script(1), which Debian always has, 200 columns wide. */
export function terminalSession(command: readonly string[], env: NodeJS.ProcessEnv): TerminalSession {
  const line = `stty columns 200; ${command.map((word) => `'${word}'`).join(' ')}`;
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    env: atTerminal(env),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let seen = 0;
  child.stdout.on('data', (data: Buffer) => (shown += data.toString()));
  const find = (text: string | RegExp): number => {
    const rest = shown.slice(seen);
    if (typeof text === 'string') return rest.includes(text) ? seen + rest.indexOf(text) + text.length : -1;
    const match = text.exec(rest);
    return match ? seen + match.index + match[0].length : -1;
  };
  return {
    async shows(text) {
      await until(async () => find(text) >= 0, `${String(text)} on the terminal`).catch((error: Error) => {
        throw new Error(`${error.message}; it shows:\n${shown}`);
      });
      seen = find(text);
    },
    type: (text) => void child.stdin.write(text),
    ended: once(child, 'close').then(([code]) => code as number | null),
    shown: () => shown,
  };
}
