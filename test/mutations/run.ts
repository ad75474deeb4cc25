// `npm run test:mutations [-- <part of a name>]`: proves that the tests notice. Each patch beside this file breaks one thing;
// the test that it names must pass without the patch and fail with it. The last line is `N passed, N failed`.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { lastLine } from '../tally.ts';
import { readMutations, type Mutation } from './mutation.ts';
import { runOneTest, type Scope, type Verdict } from './run-one-test.ts';
import { WorkingCopy } from './working-copy.ts';

const root = join(import.meta.dirname, '..', '..');
const wanted = process.argv.slice(2);
const mutations = readMutations(import.meta.dirname).filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);

const intact = new WorkingCopy(root);
/** Without a patch each named test runs once, however many patches name it. */
const baseline = new Map<string, Promise<{ scope: Scope; verdict: Verdict }>>();

const waiting = [...mutations];
let passed = 0;
let failed = 0;
try {
  await Promise.all(Array.from({ length: availableParallelism() }, work));
} finally {
  intact.remove();
}
if (mutations.length === 0) failed = 1;
process.stdout.write(`${lastLine(passed, failed)}\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function work(): Promise<void> {
  for (let mutation = waiting.shift(); mutation; mutation = waiting.shift()) {
    const complaint = await complaintAbout(mutation);
    if (complaint === undefined) passed += 1;
    else failed += 1;
    const progress = `[${passed + failed}/${mutations.length}]`;
    process.stdout.write(`${complaint === undefined ? '✓' : '✗'} ${progress} ${mutation.name}: ${mutation.breaks}\n`);
    if (complaint !== undefined) process.stdout.write(`    ${complaint}\n`);
  }
}

/** What is wrong with the patch or with the test that should notice it; undefined when it does. */
async function complaintAbout({ patch, file, test }: Mutation): Promise<string | undefined> {
  const named = `"${test}" of ${file}`;
  const { scope, verdict: before } = await withoutPatch(file, test);
  if (before.state === 'not run') return `${named} does not run: ${before.why}`;
  if (before.state === 'failed') return `${named} fails without the patch`;
  const copy = new WorkingCopy(root);
  try {
    const refusal = copy.apply(patch);
    if (refusal !== undefined) return `the patch does not apply: ${refusal}`;
    const after = await runOneTest(copy.folder, file, test, scope);
    if (after.state === 'not run') return `${named} does not run with the patch: ${after.why}`;
    return after.state === 'passed' ? `${named} passes although this is broken` : undefined;
  } finally {
    copy.remove();
  }
}

function withoutPatch(file: string, test: string): Promise<{ scope: Scope; verdict: Verdict }> {
  const key = `${file}\n${test}`;
  const result = baseline.get(key) ?? smallestScope(file, test);
  baseline.set(key, result);
  return result;
}

/** Alone where the test can stand alone, else with its file. */
async function smallestScope(file: string, test: string): Promise<{ scope: Scope; verdict: Verdict }> {
  const verdict = await runOneTest(intact.folder, file, test, 'test');
  if (verdict.state !== 'failed') return { scope: 'test', verdict };
  return { scope: 'file', verdict: await runOneTest(intact.folder, file, test, 'file') };
}
