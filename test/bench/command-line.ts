// `npm run bench:cli [-- rounds]`: how long `mooring list` takes on a laptop beyond Node's own start, from the sources and as it
// is in the package. Both are measured in turn, so that a busy machine slows both. Medians of rounds.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMooring } from '../support/mooring.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const rounds = Number(process.argv[2] ?? 21);

const installed = mkdtempSync(join(tmpdir(), 'mooring-bench-'));
const mooring = await startMooring();
try {
  run('npm', ['run', '--silent', 'build']);
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(ROOT, part), join(installed, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
  const list = ['list', '--home', mooring.home];
  const times = { node: [] as number[], sources: [] as number[], package: [] as number[] };
  // The first of each fills the cache of compiled code.
  for (let round = 0; round <= rounds; round += 1) {
    const node = timed(process.execPath, ['--eval', '0']);
    const sources = timed(join(ROOT, 'bin', 'mooring'), list);
    const packaged = timed(join(installed, 'bin', 'mooring'), list);
    if (round === 0) continue;
    times.node.push(node);
    times.sources.push(sources);
    times.package.push(packaged);
  }
  const own = median(times.node);
  const row = (total: number) => ({ ms: total.toFixed(0), 'beyond Node': (total - own).toFixed(0), wanted: '≤ 150' });
  console.table({
    'node --eval 0': { ms: own.toFixed(0) },
    'mooring list, installed': row(median(times.package)),
    'mooring list, from the sources': row(median(times.sources)),
  });
} finally {
  await mooring[Symbol.asyncDispose]();
  rmSync(installed, { recursive: true });
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

/** ms */
function timed(command: string, args: readonly string[]): number {
  const started = performance.now();
  run(command, args);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
