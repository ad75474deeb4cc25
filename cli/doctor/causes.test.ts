import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CAUSES } from './causes.ts';

test('docs/doctor.md names every cause, in the words of the code', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'doctor.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([A-Z]\w+)` *\| (.*?) *\|$/gm)].map(([, cause = '', meaning]) => [
    cause,
    meaning,
  ]);
  expect(Object.fromEntries(rows)).toEqual(CAUSES);
});
