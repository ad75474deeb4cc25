import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { vi } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

export interface MarketplaceProcess extends AsyncDisposable {
  readonly pid: number;
  /** Where it listens; undefined where it ended before. */
  readonly url: string | undefined;
  /** Resolves when it has ended, with the signal that ended it. */
  readonly ended: Promise<string | null>;
  /** What it wrote to stdout and stderr. */
  output(): string;
}

export interface ProcessOptions {
  /** A module of test/support that is loaded before all others. */
  readonly preload?: string;
  /** Commands of a shell that come before. */
  readonly before?: string;
  readonly cwd?: string;
}

/** `mooring server marketplace`, as a platform starts it, when its tables are made. At the end it is killed. */
export async function startMarketplaceProcess(
  env: NodeJS.ProcessEnv,
  { preload, before = '', cwd }: ProcessOptions = {},
): Promise<MarketplaceProcess> {
  const { PATH, HOME } = process.env;
  const killer = preload !== undefined && { NODE_OPTIONS: `--import ${join(ROOT, 'test/support', preload)}` };
  const child = spawn('/bin/sh', ['-c', `${before}\nexec "$0" server marketplace`, join(ROOT, 'bin/mooring')], {
    env: { PATH, HOME, ...env, ...killer },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd !== undefined && { cwd }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (output += data.toString()));
  const ended = once(child, 'close').then(([, signal]) => signal as string | null);
  const url = await vi.waitFor(
    () => {
      if (child.exitCode !== null || child.signalCode !== null) return undefined;
      if (!output.includes('up to date')) throw new Error(`not ready: ${output}`);
      return /"url":"([^"]+)"/.exec(output)?.[1];
    },
    { timeout: 30_000, interval: 20 },
  );
  return {
    pid: child.pid ?? 0,
    url,
    ended,
    output: () => output,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
