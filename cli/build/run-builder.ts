import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../output/harmless.ts';
import { progressLine } from '../output/progress-line.ts';
import type { Words } from './builder.ts';

/** Of what a builder said last: enough to see the command that failed and what it said. */
const LAST_LINES = 30;

/** Characters of one of them. */
const LINE_LENGTH = 500;

/**
 * Runs a builder to its end. On a terminal the last line that it said is shown while it runs; where it fails, its last lines are written to
 * stderr. Throws `build_failed`, and `interrupted` when a signal (`detail.signal`) has ended the builder: what was made for it can be removed then.
 */
export async function runBuilder([command, ...args]: Words, what: string): Promise<void> {
  const started = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`;
  const last: string[] = [];
  const progress = progressLine();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      // It quotes what packages print.
      last.push(oneLine(stripVTControlCharacters(line), LINE_LENGTH));
      if (last.length > LAST_LINES) last.shift();
      progress?.show(`${what}, ${seconds()}: ${last.at(-1) ?? ''}`);
    });
  }
  let signalled: NodeJS.Signals | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    signalled = signal;
    child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  try {
    const end = await new Promise<string>((resolve, reject) => {
      child.once('error', reject).once('close', (code, signal) => resolve(String(signal ?? code)));
    });
    progress?.clear();
    if (signalled) throw new Failure('interrupted', `${what}: interrupted.`, { detail: { signal: signalled } });
    if (end === '0') return;
    process.stderr.write(last.map((line) => `  ${line}\n`).join(''));
    throw new Failure(
      'build_failed',
      `${what}: ${command} ended with ${end} after ${seconds()}. Its last lines are above.`,
    );
  } finally {
    progress?.clear();
    for (const signal of signals) process.off(signal, stop);
  }
}
