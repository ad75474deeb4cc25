import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

/** Starts a program on one core; what it writes to stderr is shown. It ends with us, also when we fail. */
export function startPinned(core: number, command: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn('taskset', ['--cpu-list', String(core), ...command], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  process.once('exit', () => child.kill());
  return child;
}

/** SIGTERM, and waits for the end. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** Waits until something answers there. */
export async function answers(url: string, seconds = 10): Promise<void> {
  for (const last = Date.now() + seconds * 1000; ; await sleep(50)) {
    const response = await fetch(url).catch(() => undefined);
    await response?.body?.cancel();
    if (response) return;
    if (Date.now() > last) throw new Error(`nothing answered at ${url} within ${seconds} s`);
  }
}
