import { expect, test } from 'vitest';
import { writeResult } from './write-result.ts';

test('an answer that is nested without end is refused, and ends nothing', async () => {
  let deep: unknown = 1;
  for (let level = 0; level < 100_000; level += 1) deep = [deep];
  const tool = { name: 'deep', inputSchema: { type: 'object' as const } };
  await expect(
    writeResult({ content: [], structuredContent: { deep } }, tool, { output: 'json' }),
  ).rejects.toMatchObject({
    code: 'answer_too_deep',
  });
});
