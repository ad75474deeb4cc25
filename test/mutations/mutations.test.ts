import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMutations } from './mutation.ts';

const ROOT = join(import.meta.dirname, '..', '..');

// `npm run test:mutations` proves more and takes minutes; this keeps the patches from growing stale.
test.each(readMutations(import.meta.dirname))(
  '$name applies, and its test is there',
  async ({ patch, file, test: name }) => {
    const { stderr } = spawnSync('git', ['apply', '--check', patch], { cwd: ROOT, encoding: 'utf8' });
    expect(stderr).toBe('');
    const title = name.split(' ').slice(-3).join(' ');
    expect(await readFile(join(ROOT, file), 'utf8')).toContain(title);
  },
);
