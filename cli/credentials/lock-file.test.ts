import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { withLock } from './lock-file.ts';

let lock: string;
beforeEach(async () => {
  lock = join(await temporaryFolder(), 'sub', 'x.lock');
});

/** Work that notes when it begins and ends, and gives others time to disturb it. */
const noting = (notes: string[], name: string) => async (): Promise<void> => {
  notes.push(`${name} begins`);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  notes.push(`${name} ends`);
};

/** A process that holds the lock. */
async function holder() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'testdata', 'hold-lock.ts'), lock], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

test('one at a time, and nothing is left', async () => {
  const notes: string[] = [];
  await Promise.all(['a', 'b', 'c', 'd'].map(async (name) => withLock(lock, noting(notes, name))));
  for (let index = 0; index < notes.length; index += 2) {
    expect(notes[index + 1]).toBe(notes[index]?.replace('begins', 'ends'));
  }
  expect(notes).toHaveLength(8);
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test('work that fails gives it back', async () => {
  await expect(withLock(lock, async () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(existsSync(lock)).toBe(false);
});

test('a process that lives is waited for; one that was killed is not', async () => {
  const child = await holder();
  let isTaken = false;
  const waiting = withLock(lock, async () => {
    isTaken = true;
  });
  // It has looked several times by now.
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(isTaken).toBe(false);
  child.kill('SIGKILL');
  await waiting;
  expect(isTaken).toBe(true);
});

test('the lock of a dead process is taken over by one of many', async () => {
  const child = await holder();
  child.kill('SIGKILL');
  await once(child, 'close');
  const notes: string[] = [];
  await Promise.all(Array.from({ length: 8 }, async (_, index) => withLock(lock, noting(notes, String(index)))));
  for (let index = 0; index < notes.length; index += 2) {
    expect(notes[index + 1]).toBe(notes[index]?.replace('begins', 'ends'));
  }
  expect(await readdir(join(lock, '..'))).toEqual([]);
});

test.each([
  ['another machine', JSON.stringify({ pid: 1, host: `not-${hostname()}`, id: '' })],
  ['nobody knows whom', ''],
])('the lock of %s is waited for, but not for ever', async (_, content) => {
  await withLock(lock, async () => undefined);
  await writeFile(lock, content);
  let isTaken = false;
  const waiting = withLock(lock, async () => {
    isTaken = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([isTaken, await readFile(lock, 'utf8')]).toEqual([false, content]);
  const longAgo = new Date(Date.now() - 31_000);
  await utimes(lock, longAgo, longAgo);
  await waiting;
  expect(isTaken).toBe(true);
});
