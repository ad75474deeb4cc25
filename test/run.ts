// `npm test [-- <files> -t <name>]`: everything that needs no cluster. The last line is `N passed, N failed`.
import { parseCLI, startVitest, type Vitest } from 'vitest/node';
import { apiServerPrograms } from './kubernetes/programs.ts';
import { installChromium } from './support/chromium.ts';
import { lastLine, tallyOf } from './tally.ts';

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
/** CI machines stand still at times. What passes only at the second try is told by name, and is a defect to mend. */
const RETRIES = process.env['CI'] ? 1 : 0;
const everything = filter.length === 0 && options.testNamePattern === undefined;

let vitest: Vitest | undefined;
let passed = 0;
let failed = 0;
try {
  if (everything) {
    installChromium();
    // Before any test waits for it: it may take minutes.
    await apiServerPrograms();
  }
  vitest = await startVitest(filter, { retry: RETRIES, ...options, watch: false });
  const tally = tallyOf(vitest.state.getTestModules());
  passed = tally.passed;
  failed = tally.failed + vitest.state.getUnhandledErrors().length;
  for (const name of tally.unsteady) process.stdout.write(`Passed only at the second try: ${name}\n`);
  if (options.testNamePattern === undefined) {
    for (const name of tally.skipped) process.stdout.write(`Skipped: ${name}\n`);
    // Nobody reads the log of a green run, so there a skipped test is a failed one.
    if (process.env['CI']) failed += tally.skipped.length;
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  failed += 1;
}
await vitest?.close();
// Vitest may object to more than a test: no test at all, a set-up that failed.
if (failed === 0 && (process.exitCode || passed === 0)) failed = 1;
process.stdout.write(`${lastLine(passed, failed)}\n`);
process.exit(failed === 0 ? 0 : 1);
