import { expect, test } from 'vitest';
import type { Platform } from '../platform.ts';
import { serverOf } from '../testdata/manifest.ts';
import { withReadableSpecs } from './with-readable-specs.ts';

test('what cannot be read is refused by name; what can is the platform’s to judge', () => {
  const server = serverOf({ image: 'example.com/a:1' });
  const problem = { file: '', line: 0, path: 'spec.port', message: 'is no number', hint: 'write 8080' };
  let problems = [problem];
  const platform = { review: () => ({ withoutEffect: ['seen'] }) } as unknown as Platform<object>;
  const wrapped = withReadableSpecs(platform, { problemOf: () => problems });
  expect(wrapped.review(server).refusal).toMatchObject({
    reason: 'InvalidManifest',
    message: expect.stringContaining('spec.port'),
  });
  problems = [];
  expect(wrapped.review(server)).toEqual({ withoutEffect: ['seen'] });
});
