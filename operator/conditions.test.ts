import { expect, test } from 'vitest';
import { readyOf, toConditions, type Finding } from './conditions.ts';

const finding = (type: Finding['type'], status: Finding['status'], reason = type as string): Finding => ({
  type,
  status,
  reason,
  message: `about ${reason}`,
});

test('lastTransitionTime moves only when the status does', () => {
  const first = toConditions([finding('Available', 'True')], { previous: [], generation: 1, now: 'T1' });
  expect(first[0]).toMatchObject({ lastTransitionTime: 'T1', observedGeneration: 1 });
  const other = toConditions([finding('Available', 'True', 'Other')], { previous: first, generation: 2, now: 'T2' });
  expect(other[0]).toMatchObject({ reason: 'Other', lastTransitionTime: 'T1', observedGeneration: 2 });
  const turned = toConditions([finding('Available', 'False')], { previous: other, generation: 2, now: 'T3' });
  expect(turned[0]?.lastTransitionTime).toBe('T3');
});

test('Ready is True only where everything is, and else says what stands in its way', () => {
  const [accepted, available] = [finding('Accepted', 'True'), finding('Available', 'True')];
  expect(readyOf(accepted, available, finding('Verified', 'True')).status).toBe('True');
  expect(readyOf(accepted, available, finding('Verified', 'Unknown', 'Starting'))).toEqual({
    type: 'Ready',
    status: 'Unknown',
    reason: 'Starting',
    message: 'about Starting',
  });
  const refused = readyOf(finding('Accepted', 'False', 'NameTaken'), finding('Available', 'False', 'NameTaken'));
  expect(refused).toMatchObject({ status: 'False', reason: 'NameTaken' });
  // What is decided says more than what is not.
  expect(readyOf(accepted, finding('Available', 'Unknown'), finding('Verified', 'False', 'NotMcp')).reason).toBe(
    'NotMcp',
  );
});

test('a message stays short enough for a status', () => {
  const [long] = toConditions([{ ...finding('Stalled', 'True'), message: 'x'.repeat(100_000) }], {
    previous: [],
    generation: 1,
    now: 'T1',
  });
  expect(long?.message).toHaveLength(4096);
});
