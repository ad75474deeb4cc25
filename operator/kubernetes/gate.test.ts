import { expect, test } from 'vitest';
import { containerOf, podOf, verified, type PodTraits } from '../testdata/pods.ts';
import { isVerified, nextVerdict } from './gate.ts';

const ID = 'uid-notes-1/containerd://c1';
const restarted = { ...containerOf({ running: {} }), containerID: 'containerd://c2' };

test.each<[string, PodTraits, answered: string[], status: string | undefined]>([
  ['has answered', {}, [ID], 'True'],
  ['has not answered', {}, [], undefined],
  ['answers still', { conditions: [verified()] }, [ID], undefined],
  ['has not been asked by this operator yet', { conditions: [verified()] }, [], undefined],
  ['was started anew since', { conditions: [verified()], container: restarted }, [], 'False'],
  [
    'was started anew, and has answered again',
    { conditions: [verified()], container: restarted },
    ['uid-notes-1/containerd://c2'],
    'True',
  ],
  [
    'is down',
    { conditions: [verified()], container: containerOf({ waiting: { reason: 'CrashLoopBackOff' } }) },
    [],
    'False',
  ],
  ['was shut already', { conditions: [{ ...verified(), status: 'False' }], container: restarted }, [], undefined],
  ['ends', { conditions: [verified()], container: restarted, deleted: true }, [], undefined],
  ['has no gate', { gated: false }, [ID], undefined],
  ['is another one that has answered', { name: 'notes-2' }, [ID], undefined],
])('a pod that %s', (_what, traits, answered, status) => {
  expect(nextVerdict(podOf(traits), new Set(answered))?.status).toBe(status);
});

test('a verdict holds for the very container that it was given for', () => {
  expect(isVerified(podOf({ conditions: [verified()] }))).toBe(true);
  expect(isVerified(podOf({ conditions: [verified()], container: restarted }))).toBe(false);
});
