// Small files, each with one reason to exist: median at most 100 lines, nine of ten at most 300, none over 500 (oxlint says
// which, `max-lines`).
import { readFileSync } from 'node:fs';
import { trackedFiles } from './tracked-files.ts';

const MEDIAN = 100;
const NINE_OF_TEN = 300;

const sizes = trackedFiles()
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
  .toSorted((a, b) => a.lines - b.lines);
const at = (share: number): number => sizes[Math.floor(share * (sizes.length - 1))]?.lines ?? 0;
const largest = sizes.at(-1);

process.stdout.write(
  `${sizes.length} TypeScript files: median ${at(0.5)} lines, nine of ten at most ${at(0.9)}, ` +
    `largest ${largest?.lines} (${largest?.path})\n`,
);
if (at(0.5) > MEDIAN || at(0.9) > NINE_OF_TEN) process.exitCode = 1;
