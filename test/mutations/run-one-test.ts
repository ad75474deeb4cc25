import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds. Vitest ends a test long before; this is for a run that hangs outside of its tests. */
const LONGEST_RUN = 180_000;

interface JsonReport {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly ancestorTitles: readonly string[];
      readonly title: string;
      readonly status: string;
    }[];
  }[];
}

export type Verdict =
  | { readonly state: 'passed' | 'failed' }
  /** No such test, or its file could not be loaded. */
  | { readonly state: 'not run'; readonly why: string };

/** How much of a test file runs: some tests go on where those before them in the file have stopped. */
export type Scope = 'test' | 'file';

/** Runs the test of this full name in a copy of the repository, alone or with all others of its file. */
export async function runOneTest(folder: string, file: string, test: string, scope: Scope): Promise<Verdict> {
  const report = join(folder, `report-${randomUUID()}.json`);
  const pattern = `^${test.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}$`;
  const options = ['--reporter', 'json', '--outputFile', report];
  if (scope === 'test') options.push('--testNamePattern', pattern);
  const child = spawn('vitest', ['run', file, ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_RUN,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');

  const results = readReport(report)?.testResults ?? [];
  const states = results
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ ancestorTitles, title }) => [...ancestorTitles, title].join(' > ') === test)
    .map(({ status }) => status)
    .filter((status) => status === 'passed' || status === 'failed');
  if (states.length > 0) return { state: states.includes('failed') ? 'failed' : 'passed' };
  const why = results.map(({ message }) => message).find(Boolean) ?? output.trim().split('\n').at(-1);
  return { state: 'not run', why: why || `${file} has no such test` };
}

function readReport(path: string): JsonReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as JsonReport;
  } catch {
    return undefined;
  }
}
