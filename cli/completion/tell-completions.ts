import type { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { complete, type Completion } from './complete.ts';
import { LIVE_NAMES } from './live-names.ts';

/** ms. Who pressed Tab waits for it, and types on where nothing comes. */
const PATIENCE_MS = 1000;

/** Of cobra's ShellCompDirective, which kubectl reads: nothing special, and no names of files. */
const DIRECTIVES = { files: 0, noFiles: 4 } as const;

/**
 * Writes what the last word can become, one a line with its description behind a tab, and at the end `:` with a directive. Never fails, and writes
 * nothing else: it would end up in the line that a person types.
 */
export async function tellCompletions(program: Command, words: readonly string[]): Promise<never> {
  const nothing: Completion = { candidates: [], files: false };
  const found = complete(program, words, LIVE_NAMES).catch(() => nothing);
  const { candidates, files } = await Promise.race([found, sleep(PATIENCE_MS, nothing)]);
  const lines = candidates.map(({ value, description }) => `${value}\t${description}\n`);
  process.stdout.write(`${lines.join('')}:${files ? DIRECTIVES.files : DIRECTIVES.noFiles}\n`);
  // A place that does not answer would keep the process.
  process.exit();
}
