// `npm run check`: what can be said about the code without running it. All `check:*` scripts of package.json run at once;
// what a failed one had to say is shown whole. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { lastLine } from '../tally.ts';
import packageJson from '../../package.json' with { type: 'json' };

interface Outcome {
  readonly failed: boolean;
  readonly output: string;
  readonly seconds: string;
}

const scripts = Object.keys(packageJson.scripts).filter((name) => name.startsWith('check:'));
const running = scripts.map((script) => ({ script, outcome: run(script) }));
let failures = 0;
for (const { script, outcome } of running) {
  const { failed, output, seconds } = await outcome;
  process.stdout.write(`${failed ? '✗' : '✓'} ${script} (${seconds} s)\n`);
  if (!failed) continue;
  failures += 1;
  process.stdout.write(`\n${output.trim()}\n\n`);
}
process.stdout.write(`${lastLine(scripts.length - failures, failures)}\n`);
process.exitCode = failures === 0 ? 0 : 1;

async function run(script: string): Promise<Outcome> {
  const started = Date.now();
  const child = spawn(process.execPath, ['--run', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));
  const status = await new Promise((resolve) => child.on('close', resolve));
  return {
    failed: status !== 0,
    output: Buffer.concat(output).toString(),
    seconds: ((Date.now() - started) / 1000).toFixed(1),
  };
}
