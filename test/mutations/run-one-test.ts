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
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

export type Verdict =
  | { readonly state: 'passed' | 'failed' }
  /** No such test, or its file could not be loaded. */
  | { readonly state: 'not run'; readonly why: string };

/** Runs the test of this full name in a copy of the repository, and nothing else. */
export async function runOneTest(folder: string, file: string, test: string): Promise<Verdict> {
  const report = join(folder, `report-${randomUUID()}.json`);
  const pattern = `^${test.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)}$`;
  const child = spawn(
    'vitest',
    ['run', file, '--testNamePattern', pattern, '--reporter', 'json', '--outputFile', report],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], timeout: LONGEST_RUN },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await once(child, 'close');

  const results = readReport(report)?.testResults ?? [];
  const states = results
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName, status }) => fullName === test && (status === 'passed' || status === 'failed'))
    .map(({ status }) => status);
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
