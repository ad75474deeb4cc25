import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProbeFailure } from '../../operator/mcp/probe-failure.ts';
import { lostCause, probeCause } from '../../operator/probe-cause.ts';
import { OPERATOR_REASONS } from './operator-reasons.ts';
import { placeOf } from './place-of-reason.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Reasons of conditions that are well, of pods and of their containers: Ready never has them while it is not True. */
const NOT_OF_READY = new Set([
  'Accepted',
  'AnsweredMcp',
  'PartlyApplied',
  'Ready',
  'Serving',
  'Restarted',
  // Secrets and ConfigMaps: `${what}Missing`; kinds of children: `Invalid${kind}`.
]);

test('every reason that the operator gives has its link', () => {
  const files = ['operator/**/*.ts', 'core/remote/*.ts'].flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  const sources = files
    .filter((file) => !/\.test\.ts$|testdata|testing/.test(file))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const reasons = sources.flatMap((source) =>
    [
      /\breason: '([A-Z]\w+)'/g,
      /\breason = (?:\w+ \? )?'([A-Z]\w+)'/g,
      /\brefusal\(\s*'([A-Z]\w+)'/g,
      /CredentialsProblem\(\s*'([A-Z]\w+)'/g,
    ].flatMap((pattern) => [...source.matchAll(pattern)].map(([, reason = '']) => reason)),
  );
  expect(reasons.length).toBeGreaterThan(40);
  expect([...new Set(reasons)].filter((reason) => !NOT_OF_READY.has(reason) && !OPERATOR_REASONS.has(reason))).toEqual(
    [],
  );
});

describe('one reason, several causes', () => {
  const asked = { url: 'http://127.0.0.1:5000/mcp', output: 'x.log' };
  const late = new ProbeFailure('no-answer', 'no answer came in time');
  const broken = new ProbeFailure('no-answer', 'the connection failed (ECONNRESET)');
  const refused = new ProbeFailure('refused', 'nothing listens there');
  const reach = { host: 'x', headers: async () => ({}), connection: async () => ({}) };

  test.each([
    ['a server that does not answer', probeCause(asked, late), 'Timeout'],
    ['a server that breaks off', probeCause(asked, broken), 'NoAnswer'],
    ['a server that stops answering', lostCause(asked, late), 'Timeout'],
    ['a server that stops listening', lostCause(asked, refused), 'ConnectionRefused'],
    ['a remote server that does not answer', probeCause({ ...asked, reach: reach as never }, late), 'Timeout'],
    [
      'a remote server that is not there',
      probeCause({ ...asked, reach: reach as never }, refused),
      'ConnectionRefused',
    ],
    ['a remote server that breaks off', probeCause({ ...asked, reach: reach as never }, broken), 'RemoteUnreachable'],
  ])('%s', (_, { reason, message }, cause) => {
    expect(placeOf(reason, message).cause).toBe(cause);
  });
});

test('a reason of a newer operator is passed on', () => {
  expect(placeOf('MoonInWrongPhase', '')).toEqual({ link: 'process', cause: 'MoonInWrongPhase' });
  expect(placeOf('InvalidService', '')).toEqual({ link: 'accepted', cause: 'InvalidService' });
});
