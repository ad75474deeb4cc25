import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logDestination } from './log-destination.ts';

let folder: string;
let pipe: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-log-'));
  pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** A reader that reads when it is told to, and a blocking writer, as a shell makes them. */
function openPipe() {
  const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(pipe, constants.O_WRONLY);
  const buffer = Buffer.alloc(64 * 1024);
  const read = (): string => {
    try {
      return buffer.toString('utf8', 0, readSync(reader, buffer));
    } catch {
      return '';
    }
  };
  return { reader, writer, read };
}

test('a reader that stalls gets what waited in order, then how much was dropped, then what follows', async () => {
  const { reader, writer, read } = openPipe();
  const log = logDestination(writer, (dropped) => `dropped ${dropped}\n`);
  const line = (index: number): string => `${index} ${'x'.repeat(1000)}\n`;
  for (let index = 0; index < 3000; index += 1) log.write(line(index));
  let seen = '';
  await expect.poll(() => (seen += read()), { interval: 5, timeout: 10_000 }).toContain('dropped');
  log.write('next\n');
  await expect.poll(() => (seen += read()), { interval: 5 }).toContain('next\n');
  const lines = seen.trimEnd().split('\n');
  const kept = lines.length - 2;
  // 1 MiB, and what the pipe itself holds.
  expect(kept).toBeGreaterThan(1000);
  expect(lines.slice(0, kept).map((entry) => entry.split(' ')[0])).toEqual(
    Array.from({ length: kept }, (_, i) => `${i}`),
  );
  expect(lines.slice(kept)).toEqual([`dropped ${3000 - kept}`, 'next']);
  closeSync(reader);
  // Nobody reads any more: no error, no signal.
  log.write('unread\n');
  closeSync(writer);
});

/** A process with the real log, whose stderr is `stderr`. */
function start(script: string, stderr: number) {
  const code = `import { createLog } from ${JSON.stringify(join(import.meta.dirname, 'log.ts'))}; const log = createLog('test'); ${script}`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', stderr] });
}

test.each(['process.exit(3)', 'process.exitCode = 3'])(
  'a process whose stderr nobody reads works on and ends: %s',
  async (end) => {
    const { reader, writer } = openPipe();
    const child = start(
      `for (let i = 0; i < 5000; i += 1) log.info('x'.repeat(100)); console.log('works'); ${end}`,
      writer,
    );
    const [[code], printed] = await Promise.all([
      once(child, 'exit') as Promise<[number]>,
      child.stdout && text(child.stdout),
    ]);
    expect(code).toBe(3);
    expect(printed).toBe('works\n');
    closeSync(reader);
    closeSync(writer);
  },
);

test.each(['process.exit(3)', 'process.exitCode = 3'])('the last lines are not lost: %s', async (end) => {
  const file = join(folder, 'out');
  const reader = spawn('sh', ['-c', `sleep 0.4; cat "${pipe}" > "${file}"`]);
  // Opened for both, so that opening waits for nobody; more than the 64 KiB that a pipe holds.
  const writer = openSync(pipe, constants.O_RDWR);
  const child = start(
    `for (let i = 0; i < 1000; i += 1) log.info('x'.repeat(100)); log.error('the last one'); ${end}`,
    writer,
  );
  await once(child, 'exit');
  closeSync(writer);
  await once(reader, 'exit');
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(1001);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ msg: 'the last one', component: 'test' });
});
