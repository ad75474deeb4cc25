import { PassThrough } from 'node:stream';
import pino from 'pino';
import { expect, test } from 'vitest';
import type { Condition } from '../crds/mcpserver-status.ts';
import { announce } from './announce.ts';
import { serverOf } from './testdata/manifest.ts';

const is = (type: Condition['type'], status: Condition['status'], reason: string): Condition => ({
  type,
  status,
  reason,
  message: `about ${reason}`,
  lastTransitionTime: '2026-01-01T00:00:00.000Z',
});

/** The lines for a turn from one status to the next. */
function lines(before: Condition[], after: Condition[]): unknown[] {
  const stream = new PassThrough();
  announce(pino({ base: null }, stream), serverOf({}, {}, { status: { conditions: before } }), { conditions: after });
  const text = (stream.read() as Buffer | null)?.toString() ?? '';
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const { level, reason } = JSON.parse(line) as { level: number; reason: string };
      return [level, reason];
    });
}

const [INFO, WARN] = [30, 40];
const accepted = is('Accepted', 'True', 'Accepted');
const unprotected = is('Verified', 'True', 'RuleWithoutTool');

test.each([
  ['a start', [], [accepted, is('Ready', 'False', 'Starting')], [[INFO, 'Starting']]],
  ['nothing', [is('Ready', 'True', 'Ready')], [is('Ready', 'True', 'Ready')], []],
  [
    'trouble, told once',
    [is('Ready', 'True', 'Ready')],
    [is('Ready', 'False', 'NotMcp'), is('Stalled', 'True', 'NotMcp')],
    [[WARN, 'NotMcp']],
  ],
  [
    'trouble that stays',
    [is('Ready', 'False', 'NotMcp')],
    [is('Ready', 'False', 'NotMcp'), is('Stalled', 'True', 'NotMcp')],
    [],
  ],
  [
    'an edit that is not valid',
    [is('Ready', 'True', 'Ready')],
    [is('Ready', 'True', 'Ready'), is('Stalled', 'True', 'InvalidManifest')],
    [[WARN, 'InvalidManifest']],
  ],
  [
    'fields without effect',
    [],
    [is('Accepted', 'True', 'PartlyApplied'), is('Ready', 'False', 'Starting')],
    [
      [INFO, 'Starting'],
      [INFO, 'PartlyApplied'],
    ],
  ],
  [
    'a rule that protects nothing, told once',
    [is('Ready', 'False', 'Starting'), is('Verified', 'Unknown', 'Starting')],
    [is('Ready', 'True', 'Ready'), is('Verified', 'True', 'RuleWithoutTool')],
    [
      [INFO, 'Ready'],
      [WARN, 'RuleWithoutTool'],
    ],
  ],
  ['a rule that still protects nothing', [unprotected], [unprotected], []],
  [
    'rules that are right',
    [is('Ready', 'False', 'Starting'), is('Verified', 'Unknown', 'Starting')],
    [is('Ready', 'True', 'Ready'), is('Verified', 'True', 'AnsweredMcp')],
    [[INFO, 'Ready']],
  ],
  [
    'switched off',
    [is('Ready', 'True', 'Ready')],
    [is('Accepted', 'True', 'Disabled'), is('Ready', 'False', 'Disabled')],
    [[INFO, 'Disabled']],
  ],
])('%s', (_, before, after, expected) => {
  expect(lines(before, after)).toEqual(expected);
});
