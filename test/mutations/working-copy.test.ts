import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { WorkingCopy } from './working-copy.ts';

test('a copy takes with it what runs of it, and leaves what runs of another', async () => {
  const root = mkdtempSync(join(tmpdir(), 'mooring-working-copy-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'server.js'), 'setInterval(() => {}, 1000);');
  const [copy, other] = [new WorkingCopy(root), new WorkingCopy(root)];
  onTestFinished(() => other.remove());
  const run = (folder: string) => {
    const child = spawn(process.execPath, [join(folder, 'server.js')], { stdio: 'ignore' });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };
  const [orphan, stranger] = [run(copy.folder), run(other.folder)];
  await Promise.all([once(orphan, 'spawn'), once(stranger, 'spawn')]);

  const ended = once(orphan, 'exit');
  copy.remove();
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(existsSync(copy.folder)).toBe(false);
  expect(stranger.signalCode).toBeNull();
});
