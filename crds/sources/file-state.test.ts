import { describe, expect, test } from 'vitest';
import { parseManifests } from '../validate.ts';
import { manifestText } from '../testing/manifest-text.ts';
import { nextFileState, NO_FILE, type FileState } from './file-state.ts';
import type { FileLook } from './manifest-files.ts';

const STILL = { change: 40, loss: 300 };

/** A look at a file that was written at `changedAt`. */
const look = (text: string, changedAt: number): FileLook => ({
  stamp: `${text.length}:${changedAt}`,
  digest: text,
  parsed: parseManifests(text, 'x.yaml'),
  changedAt,
  readAt: changedAt,
});

/** The file is seen so at `now`, and still is when the longest wait is over. */
const settledOn = (state: FileState, seen: FileLook, now: number): FileState =>
  nextFileState(nextFileState(state, seen, now, STILL), seen, now + STILL.loss, STILL);

const accepted = (text: string): FileState => nextFileState(NO_FILE, look(text, 0), 1_000, STILL);
const namesIn = (state: FileState): string[] => state.held.map(({ manifest }) => manifest.metadata.name);
const keptIn = (state: FileState): string[] =>
  state.held.filter(({ problems }) => problems.length > 0).map(({ manifest }) => manifest.metadata.name);

const A = manifestText('a');
const B = manifestText('b');
const BOTH = `${A}---\n${B}`;
const BAD_A = manifestText('a', { binary: 'x', port: 0 });

describe('when a look takes effect', () => {
  test('a change does once the file is still', () => {
    const changed = look(BOTH, 2_000);
    const early = nextFileState(accepted(A), changed, 2_039, STILL);
    expect(namesIn(early)).toEqual(['a']);
    expect(early.waiting?.until).toBe(2_040);
    expect(namesIn(nextFileState(early, changed, 2_040, STILL))).toEqual(['a', 'b']);
  });

  test.each([
    ['deleted', undefined],
    ['emptied', ''],
    ['cut off', A],
    ['broken', `${A}---\n"`],
  ])('a file that is %s keeps its servers for longer', (_, text) => {
    const loss = text === undefined ? undefined : look(text, 2_000);
    const early = nextFileState(accepted(BOTH), loss, 2_000, STILL);
    expect(namesIn(nextFileState(early, loss, 2_299, STILL))).toEqual(['a', 'b']);
    const late = nextFileState(early, loss, 2_300, STILL);
    expect(namesIn(late)).toEqual({ undefined: [], '': [], [A]: ['a'] }[String(text)] ?? ['a', 'b']);
  });

  test('one look proves no loss: a machine that stood still shows an old time on what its writer is about to fill', () => {
    const state = nextFileState(accepted(A), look('', 2_000), 3_000, STILL);
    expect(namesIn(state)).toEqual(['a']);
    expect(namesIn(nextFileState(state, look(BOTH, 3_001), 3_050, STILL))).toEqual(['a', 'b']);
  });

  test('a file that is made again in time never lost anything', () => {
    const state = accepted(BOTH);
    const gone = nextFileState(state, undefined, 2_000, STILL);
    const back = nextFileState(gone, look(BOTH, 2_100), 2_100, STILL);
    expect(back).toEqual(state);
  });

  test('a file that is written on and on takes effect when the writer rests', () => {
    let state = accepted(A);
    for (let now = 2_000; now < 4_000; now += 20)
      state = nextFileState(state, look(`${BOTH}# ${now}\n`, now), now, STILL);
    expect(namesIn(state)).toEqual(['a']);
    expect(namesIn(nextFileState(state, look(BOTH, 4_000), 4_040, STILL))).toEqual(['a', 'b']);
  });

  test('where the clock of the file system is ahead, ours decides', () => {
    const changed = look(BOTH, 9_000_000);
    const early = nextFileState(accepted(A), changed, 2_000, STILL);
    expect(namesIn(early)).toEqual(['a']);
    expect(namesIn(nextFileState(early, changed, 2_040, STILL))).toEqual(['a', 'b']);
  });

  test('a look that shows the same content changes nothing', () => {
    const state = accepted(A);
    expect(nextFileState(state, { ...look(A, 0), stamp: 'touched', changedAt: 5_000 }, 5_000, STILL)).toBe(state);
  });
});

test('what fades is what the waiting change would lose', () => {
  expect(nextFileState(accepted(BOTH), undefined, 2_000, STILL).fading).toEqual(new Set(['default/a', 'default/b']));
  expect(nextFileState(accepted(BOTH), look(B, 2_000), 2_000, STILL).fading).toEqual(new Set(['default/a']));
  expect(nextFileState(accepted(BOTH), look('"', 2_000), 2_000, STILL).fading).toEqual(new Set());
});

describe('the last good state is kept', () => {
  const edited = (before: string, after: string): FileState => settledOn(accepted(before), look(after, 2_000), 3_000);

  test.each<[string, string, string, string[], string[]]>([
    ['of the server that is broken, and of it only', BOTH, `${BAD_A}---\n${B}`, ['b', 'a'], ['a']],
    ['of no server that is gone beside a broken one', BOTH, BAD_A, ['a'], ['a']],
    ['of all, where the file is no YAML', BOTH, '"', ['a', 'b'], ['a', 'b']],
    [
      'of all that are not there, where a document is no YAML: it may have swallowed them',
      BOTH,
      `${A}---\n"`,
      ['a', 'b'],
      ['b'],
    ],
    [
      'of all that are not there, where nobody sees which one is meant',
      BOTH,
      `${A}---\n${manifestText('B')}`,
      ['a', 'b'],
      ['b'],
    ],
    [
      'of all, where the broken one names itself, but may have swallowed the next',
      BOTH,
      `${A}  title: "open\n---\n${B}`,
      ['a', 'b'],
      ['a', 'b'],
    ],
    ['of none, where nothing is broken', BOTH, A, ['a'], []],
    ['of none that never was', A, `${A}---\n${manifestText('c', {})}`, ['a'], []],
  ])('%s', (_, before, after, names, kept) => {
    const state = edited(before, after);
    expect(namesIn(state)).toEqual(names);
    expect(keptIn(state)).toEqual(kept);
    expect(state.problems.length > 0).toBe(after !== A);
  });

  test('with its spec, while the good documents of the same file take effect', () => {
    const newB = manifestText('b', { binary: 'other' });
    const state = edited(BOTH, `${BAD_A}---\n${newB}`);
    expect(state.held.map(({ manifest }) => manifest.spec.binary)).toEqual(['other', 'notes-server']);
  });

  test('over several bad edits, until one is good', () => {
    const bad = settledOn(edited(BOTH, '"'), look('[', 4_000), 5_000);
    expect(keptIn(bad)).toEqual(['a', 'b']);
    const good = settledOn(bad, look(A, 6_000), 7_000);
    expect([namesIn(good), keptIn(good), good.problems]).toEqual([['a'], [], []]);
  });
});
