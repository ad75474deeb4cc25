import { expect, test } from 'vitest';
import { isDatabaseAway } from './database-away.ts';

const failed = (code: string) => Object.assign(new Error('no'), { code });

test.each(['08006', '57P01', '53300', '28P01', '3D000', 'ECONNREFUSED'])('%s speaks of the database', (code) => {
  expect(isDatabaseAway(failed(code))).toBe(true);
});

test.each(['23505', '42501', '28000'])('%s speaks of the query', (code) => {
  expect(isDatabaseAway(failed(code))).toBe(false);
});
