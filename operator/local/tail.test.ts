import { expect, test } from 'vitest';
import { createTail } from './tail.ts';

test('a stack trace of Node.js stays whole, with the error above it', () => {
  const tail = createTail();
  tail.add('before');
  const frames = Array.from(
    { length: 14 },
    (_, index) => `    at step${index} (file:///srv/notes/node_modules/some-library/dist/index.js:${index}:1)`,
  );
  for (const line of ['Error: cannot open the database', ...frames, '', 'Node.js v24.0.0']) tail.add(line);
  expect(tail.text()).toContain('Error: cannot open the database');
  expect(tail.text()).toContain('Node.js v24.0.0');
});

test('at most 20 lines and 2 KB, without control characters', () => {
  const tail = createTail();
  for (let index = 0; index < 30; index++) tail.add(`\u001b[31mline ${index}\u0007`);
  const lines = tail.text().split('\n');
  expect([lines.length, lines[0]?.trim(), lines.at(-1)?.trim()]).toEqual([20, 'line 10', 'line 29']);
  for (let index = 0; index < 30; index++) tail.add('x'.repeat(10_000));
  expect(tail.text().length).toBe(2048);
});
