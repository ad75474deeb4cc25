import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** One patch that breaks one thing that matters, and the test that must notice. */
export interface Mutation {
  readonly name: string;
  /** Absolute path of the patch. */
  readonly patch: string;
  readonly breaks: string;
  /** Test file, and the full name of the test in it (suites and test joined with ` > `). */
  readonly file: string;
  readonly test: string;
}

/** Reads every patch of a folder. The header stands above the diff: `Breaks:`, `File:` and `Test:`, one line each. */
export function readMutations(folder: string): Mutation[] {
  return readdirSync(folder)
    .filter((entry) => entry.endsWith('.patch'))
    .sort()
    .map((entry) => {
      const patch = join(folder, entry);
      const [header = ''] = readFileSync(patch, 'utf8').split(/^(?:diff|---) /m);
      const field = (name: string): string => {
        const value = new RegExp(`^${name}: (.+)$`, 'm').exec(header)?.[1];
        if (value === undefined) throw new Error(`${entry}: the header has no line "${name}: …"`);
        return value.trim();
      };
      return {
        name: basename(entry, '.patch'),
        patch,
        breaks: field('Breaks'),
        file: field('File'),
        test: field('Test'),
      };
    });
}
