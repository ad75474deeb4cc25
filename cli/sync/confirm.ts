import { createInterface } from 'node:readline/promises';
import { Failure } from '../../core/failure.ts';

/** Throws `usage` where nobody can be asked. */
export function expectSomebody(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return;
  throw new Failure('usage', 'There is no terminal to ask on. Give -y to apply what differs, or --dry-run to see it.');
}

/** Asks on the terminal; anything but yes is no. */
export async function confirm(question: string): Promise<boolean> {
  // To stderr, for stdout may go into a file.
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([terminal.question(`${question} [y/N] `), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
