import { expect, test } from 'vitest';
import { inOrder } from './in-order.ts';
import type { LogLine } from './log-request.ts';

let open = 0;
async function* log(pod: string, ...times: readonly string[]): AsyncGenerator<LogLine> {
  open += 1;
  try {
    for (const at of times) yield { at, pod, text: at };
  } finally {
    open -= 1;
  }
}

test('lines of several pods come in the order of their times; each log keeps its own', async () => {
  const lines: string[] = [];
  for await (const { pod, text } of inOrder([log('a', '1', '4', '3'), log('b'), log('c', '2', '5')]))
    lines.push(`${pod}${text}`);
  expect(lines).toEqual(['a1', 'c2', 'a4', 'a3', 'c5']);
});

test('who has enough ends them all', async () => {
  for await (const { text } of inOrder([log('a', '1', '4'), log('b', '2')])) if (text === '2') break;
  expect(open).toBe(0);
});
