import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Script {
  readonly pid: number;
  /** The next line that it prints. Fails with its errors when it ends instead. */
  line(): Promise<string>;
  /** SIGKILL: it gets no chance to clean up. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves when it has ended, with its exit code. */
  readonly ended: Promise<number | null>;
}

/** Runs a module in a Node.js of its own, in order to kill it, or to run it as somebody else. `%NAME%` in the code stands for an argument, as JSON. */
export function runScript(
  code: string,
  names: Readonly<Record<string, unknown>>,
  account: { uid?: number; gid?: number } = {},
): Script {
  const filled = code.replaceAll(/%(\w+)%/g, (_, name: string) => JSON.stringify(names[name]));
  const child = spawn(process.execPath, ['--input-type=module', '--eval', filled], {
    ...account,
    cwd: '/',
    env: { PATH: process.env['PATH'], MOORING_LOG_LEVEL: 'fatal' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit').then(([exitCode]) => exitCode as number | null);
  return {
    pid: child.pid ?? -1,
    ended,
    async line() {
      const { done, value } = await lines.next();
      if (done) throw new Error(`The script ended: ${errors}`);
      return value;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
