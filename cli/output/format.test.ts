import { expect, onTestFinished, test, vi } from 'vitest';
import { print } from './format.ts';

test('what is shown to people gives the terminal no orders, whoever wrote it', async () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  await print(undefined, {
    value: {},
    names: [],
    people: () => 'title \u001B]0;pwned\u0007 \u001B[32mTrue\u001B[39m\n',
  });
  expect(write.mock.calls).toEqual([['title \uFFFD]0;pwned\uFFFD \u001B[32mTrue\u001B[39m\n']]);
});
