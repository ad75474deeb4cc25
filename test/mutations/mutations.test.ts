import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMutations } from './mutation.ts';

const ROOT = join(import.meta.dirname, '..', '..');

// `npm run test:mutations` proves more and takes minutes; this keeps the patches from growing stale.
test.each(readMutations(import.meta.dirname))('$name applies, and its test file is there', ({ patch, file }) => {
  const { stderr } = spawnSync('git', ['apply', '--check', patch], { cwd: ROOT, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(existsSync(join(ROOT, file)), file).toBe(true);
});
