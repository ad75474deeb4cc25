import { expect, test } from 'vitest';
import type { Problem } from '../crds/problem.ts';
import { accept, type Acceptance } from './acceptance.ts';
import type { Cause } from './cause.ts';
import { findings, type Sight } from './findings.ts';
import type { Instance, Observation } from './platform.ts';
import type { Answer } from './probe.ts';
import { serverOf } from './testdata/manifest.ts';

const SERVER = serverOf({}, { generation: 2 });
const MISTYPED = serverOf({ oauth: { tools: [{ match: 'delet', scopes: ['admin'] }] } }, { generation: 2 });
const ACCEPTED: Acceptance = { accepted: true, reason: 'Accepted', message: 'taken on' };
const OLD: Instance = { id: 'old', url: 'http://127.0.0.1:5000/mcp', output: '/logs/notes.log', generation: 1 };
const NEW: Instance = { id: 'new', url: 'http://127.0.0.1:5001/mcp', output: '/logs/notes.log', generation: 2 };
const cause = (reason: string, stalled = false): Cause => ({ reason, message: `about ${reason}`, stalled });
const failed = (reason: string, { stalled = true, listening = true } = {}): Answer => ({
  kind: 'failed',
  cause: cause(reason, stalled),
  listening,
});
const answered: Answer = {
  kind: 'answered',
  discovery: {
    server: { name: 'notes', version: '1.2', protocolVersions: ['2026-07-28', '2025-11-25'] },
    answersStrangers: false,
    tools: [],
    toolCount: 0,
    toolsComplete: true,
    resourceCount: 0,
    promptCount: 0,
  },
};
const PROBLEM: Problem = { file: 'a.yaml', line: 7, path: 'spec.prot', message: 'is no field', hint: 'port is' };

function shown(sight: Partial<Omit<Sight, 'observation'>> & { observation?: Partial<Observation> }): string[] {
  const all = findings({
    server: SERVER,
    acceptance: ACCEPTED,
    answer: undefined,
    servingAnswer: undefined,
    problems: [],
    exposure: 'Open.',
    ...sight,
    observation: { instances: [], replicas: 0, ...sight.observation },
  });
  return all.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
}

const pending: Answer = { kind: 'pending' };
const arriving = { instances: [OLD, NEW], serving: OLD, wanted: NEW, replicas: 1 };
const alone = { instances: [NEW], serving: NEW, wanted: NEW };
const starting = { instances: [NEW], wanted: NEW };
const TAKEN: Acceptance = { accepted: false, stalled: true, reason: 'NameTaken', message: 'taken' };
const DISABLED: Acceptance = { accepted: true, reason: 'Disabled', message: 'off', idle: true };
const A = 'Accepted=True Accepted';
const HELD = accept(SERVER, {
  holder: SERVER,
  review: { refusal: cause('InvalidPodTemplate'), withoutEffect: [] },
  runsOn: true,
});

test.each<[string, Parameters<typeof shown>[0], string[]]>([
  [
    'not looked at yet',
    {},
    [
      A,
      'Available=False Starting',
      'Verified=Unknown Starting',
      'Ready=False Starting',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'started, no answer yet',
    { observation: starting, answer: pending },
    [
      A,
      'Available=False Starting',
      'Verified=Unknown Starting',
      'Ready=False Starting',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'serving',
    { observation: alone, answer: answered, servingAnswer: answered },
    [A, 'Available=True Serving', 'Verified=True AnsweredMcp', 'Ready=True Ready'],
  ],
  [
    'an edit that cannot be taken on, while what was before serves',
    { acceptance: HELD, observation: alone, answer: answered, servingAnswer: answered },
    [
      'Accepted=True PreviousHolds',
      'Available=True PreviousServes',
      'Verified=True AnsweredMcp',
      'Ready=False InvalidPodTemplate',
      'Stalled=True InvalidPodTemplate',
    ],
  ],
  [
    'serving, and a rule of its manifest names no tool: Ready stays what it is',
    { server: MISTYPED, observation: alone, answer: answered, servingAnswer: answered },
    [A, 'Available=True Serving', 'Verified=True RuleWithoutTool', 'Ready=True Ready'],
  ],
  [
    'ended, and is started again',
    { observation: { trouble: cause('ProcessExited') } },
    [
      A,
      'Available=False ProcessExited',
      'Verified=False ProcessExited',
      'Ready=False ProcessExited',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'started again after an end, no answer yet: the end stays the reason',
    { observation: { ...starting, trouble: cause('CrashLooping', true) }, answer: pending },
    [
      A,
      'Available=False CrashLooping',
      'Verified=False CrashLooping',
      'Ready=False CrashLooping',
      'Stalled=True CrashLooping',
    ],
  ],
  [
    'runs and is no MCP server',
    { observation: starting, answer: failed('NotMcp') },
    [A, 'Available=False NotMcp', 'Verified=False NotMcp', 'Ready=False NotMcp', 'Stalled=True NotMcp'],
  ],
  [
    'an edit arrives',
    { observation: arriving, answer: pending, servingAnswer: answered },
    [
      A,
      'Available=True PreviousServes',
      'Verified=Unknown Starting',
      'Ready=Unknown Starting',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'an edit has answered, and what it replaces still takes calls: not Ready before only it does',
    { observation: { ...arriving, progress: '1 of 1 pods serve.' }, answer: answered, servingAnswer: answered },
    [
      A,
      'Available=True PreviousServes',
      'Verified=True AnsweredMcp',
      'Ready=Unknown PreviousServes',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'has answered, and takes no calls for another reason',
    { observation: { ...starting, trouble: cause('NotReady') }, answer: answered },
    [
      A,
      'Available=False NotReady',
      'Verified=True AnsweredMcp',
      'Ready=False NotReady',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'serves, and more copies are on their way',
    { observation: { ...alone, progress: '1 of 3 pods serve.' }, answer: answered, servingAnswer: answered },
    [A, 'Available=True Serving', 'Verified=True AnsweredMcp', 'Ready=True Ready', 'Reconciling=True Progressing'],
  ],
  [
    'no copies are asked for',
    { observation: { trouble: { ...cause('ScaledToZero'), idle: true } } },
    [A, 'Available=False ScaledToZero', 'Verified=False ScaledToZero', 'Ready=False ScaledToZero'],
  ],
  [
    'an edit cannot start',
    {
      observation: { instances: [OLD], serving: OLD, trouble: cause('BinaryNotFound', true) },
      servingAnswer: answered,
    },
    [
      A,
      'Available=True PreviousServes',
      'Verified=False BinaryNotFound',
      'Ready=False BinaryNotFound',
      'Stalled=True BinaryNotFound',
    ],
  ],
  [
    'an edit starts and is no MCP server',
    { observation: arriving, answer: failed('NotMcp'), servingAnswer: answered },
    [A, 'Available=True PreviousServes', 'Verified=False NotMcp', 'Ready=False NotMcp', 'Stalled=True NotMcp'],
  ],
  [
    'serves and does not answer any more: it may only be busy',
    { observation: alone, answer: failed('NotAnswering', { stalled: false }), servingAnswer: failed('NotAnswering') },
    [
      A,
      'Available=True Serving',
      'Verified=False NotAnswering',
      'Ready=False NotAnswering',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'serves and takes no connections any more',
    {
      observation: alone,
      answer: failed('NotAnswering', { stalled: false, listening: false }),
      servingAnswer: failed('NotAnswering', { listening: false }),
    },
    [
      A,
      'Available=False NotAnswering',
      'Verified=False NotAnswering',
      'Ready=False NotAnswering',
      'Reconciling=True Progressing',
    ],
  ],
  [
    'its newest edit is not valid: Ready stays what it is',
    { observation: alone, answer: answered, servingAnswer: answered, problems: [PROBLEM] },
    [A, 'Available=True Serving', 'Verified=True AnsweredMcp', 'Ready=True Ready', 'Stalled=True InvalidManifest'],
  ],
  [
    'not accepted',
    { acceptance: TAKEN },
    [
      'Accepted=False NameTaken',
      'Available=False NameTaken',
      'Verified=False NameTaken',
      'Ready=False NameTaken',
      'Stalled=True NameTaken',
    ],
  ],
  [
    'switched off',
    { acceptance: DISABLED },
    ['Accepted=True Disabled', 'Available=False Disabled', 'Verified=False Disabled', 'Ready=False Disabled'],
  ],
])('%s', (_, sight, expected) => {
  expect(shown(sight)).toEqual(expected);
});

test('messages name the generation that serves, the problem with its line, and who is let in', () => {
  const sight = {
    server: SERVER,
    acceptance: ACCEPTED,
    observation: arriving,
    answer: pending,
    servingAnswer: answered,
    problems: [PROBLEM],
    exposure: 'Open to the machine.',
  };
  const message = (type: string, change: Partial<Sight> = {}) =>
    findings({ ...sight, ...change }).find((finding) => finding.type === type)?.message;
  expect(message('Available')).toContain('Generation 1 serves on until generation 2');
  expect(message('Stalled')).toContain('a.yaml:7: spec.prot: is no field; port is');
  const open: Answer = { kind: 'answered', discovery: { ...answered.discovery, answersStrangers: true } };
  expect(message('Verified', { answer: answered })).toBe('It answered MCP (2026-07-28, 2025-11-25) as notes 1.2.');
  expect(message('Verified', { answer: open })).toContain('Open to the machine.');
  const mistyped = message('Verified', { server: MISTYPED, answer: open });
  expect(mistyped).toMatch(/^spec\.oauth\.tools\[0\]\.match: the server has no tool "delet".* Open to the machine\.$/);
});

test('acceptance: the first check that has something to say decides; openness is always said', () => {
  const review = { withoutEffect: ['spec.image'], refusal: cause('NotSupported') };
  const holder = serverOf({}, { uid: 'other', namespace: 'team', creationTimestamp: '2025-01-01T00:00:00.000Z' });
  const open = serverOf({ enabled: false, oauth: { required: false } });
  expect(accept(open, { holder, review })).toMatchObject({ accepted: false, reason: 'NameTaken' });
  expect(accept(open, { holder, review }).message).toContain('team/notes, which has it since 2025-01-01');
  expect(accept(open, { holder: open, review })).toMatchObject({
    accepted: false,
    reason: 'NotSupported',
    stalled: true,
  });
  const disabled = accept(open, { holder: open, review: { withoutEffect: ['spec.image'] } });
  expect(disabled).toMatchObject({ accepted: true, reason: 'Disabled' });
  expect(disabled.message).toContain('Open to anyone');
  const partly = accept(SERVER, { holder: SERVER, review: { withoutEffect: ['spec.image', 'spec.network'] } });
  expect(partly).toMatchObject({ accepted: true, reason: 'PartlyApplied' });
  expect(partly.message).toContain('spec.image, spec.network');
  expect(partly.message).not.toContain('Open to anyone');
});
