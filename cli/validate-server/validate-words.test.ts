import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { validateWords } from './validate-words.ts';

test.each(['team/notes', 'notes'])('%s, which is no file, means a server', async (word) => {
  const home = await temporaryFolder();
  await expect(validateWords([word], { home }, undefined)).rejects.toMatchObject({
    code: 'not_running',
    message: expect.stringContaining('Nor is there a file or folder of that name here.'),
  });
});

test.each(['./notes', 'Team/notes', 'team/deep/notes', 'team/notes.yaml', 'no-folder/'])(
  '%s means a file, though there is none',
  async (word) => {
    const home = await temporaryFolder();
    await expect(validateWords([word], { home }, undefined)).rejects.toMatchObject({
      code: expect.not.stringMatching(/^(?:not_running|unknown_server)$/),
    });
  },
);

test('a folder that is there is not taken for a server', async () => {
  // From where tests run.
  const home = await temporaryFolder();
  const validated = validateWords(['examples/local'], { home }, 'name');
  await expect(validated).resolves.toBeUndefined();
});
