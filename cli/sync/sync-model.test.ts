import fc from 'fast-check';
import { expect, test } from 'vitest';
import { twoSides, type SideName, type SyncRun } from './testing/two-sides.ts';

const KEYS = ['default/a', 'default/b', 'team/a'];

const key = fc.constantFrom(...KEYS);
const side = fc.constantFrom<SideName>('folder', 'place');
// Few, so that people come back to what was there before, and write the same on both sides.
const content = fc.constantFrom(undefined, 1, 2, 3);
const edit = fc.record({ side, key, content });
const run: fc.Arbitrary<SyncRun> = fc.record({
  direction: fc.constantFrom('to place' as const, 'to folder' as const),
  prune: fc.boolean(),
  killAt: fc.option(fc.nat(14), { nil: undefined }),
  meanwhile: fc.option(fc.record({ step: fc.nat(10), side, key, content }), { nil: undefined, freq: 3 }),
});
const steps = fc.array(fc.oneof({ arbitrary: edit, weight: 3 }, { arbitrary: run, weight: 2 }), { maxLength: 25 });

test('whatever people edit and wherever a sync dies: nothing is lost, and in the end both sides are equal or a conflict is shown', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const sides = twoSides();
      for (const step of story) {
        if ('content' in step) sides.put(step.side, step.key, step.content);
        else await sides.sync(step);
        expect(sides.losses).toEqual([]);
      }
      await sides.sync({ direction: 'to place' });
      await sides.sync({ direction: 'to folder' });
      const writes = sides.writes;
      const shown = [await sides.sync({ direction: 'to place' }), await sides.sync({ direction: 'to folder' })].flat();
      expect(sides.losses).toEqual([]);
      expect(sides.writes, 'a sync of what is in sync writes nothing').toBe(writes);
      const conflicts = new Set(
        shown.map(
          (action) => action !== 'killed' && action.kind === 'conflict' && `${action.namespace}/${action.name}`,
        ),
      );
      for (const each of KEYS) {
        const isEqual = sides.content('folder', each) === sides.content('place', each);
        expect(isEqual || conflicts.has(each), `${each} differs and nobody is told`).toBe(true);
        expect(isEqual && conflicts.has(each), `${each} is equal and yet a conflict`).toBe(false);
      }
      // And with --force the source has its way.
      await sides.sync({ direction: 'to place', force: true });
      for (const each of KEYS) {
        const wanted = sides.content('folder', each) ?? sides.content('place', each);
        expect(sides.content('place', each)).toBe(wanted);
      }
    }),
    { numRuns: 3000 },
  );
});

test('a sync that dies is carried on by the next one, without a question', async () => {
  for (let killAt = 0; killAt < 20; killAt += 1) {
    const sides = twoSides();
    sides.put('folder', 'default/a', 1);
    sides.put('folder', 'default/gone', 1);
    await sides.sync({ direction: 'to place' });
    sides.put('folder', 'default/a', 2);
    sides.put('folder', 'default/b', 2);
    sides.put('folder', 'default/gone', undefined);
    await sides.sync({ direction: 'to place', killAt });
    const actions = await sides.sync({ direction: 'to place' });
    expect(actions === 'killed' ? [] : actions.filter(({ kind }) => kind === 'conflict' || kind === 'left')).toEqual(
      [],
    );
    for (const each of ['default/a', 'default/b', 'default/gone'])
      expect(sides.content('place', each)).toBe(sides.content('folder', each));
  }
});

test('a person who takes back what a dying sync wrote is not written over', async () => {
  const sides = twoSides();
  sides.put('folder', 'default/a', 1);
  await sides.sync({ direction: 'to place' });
  sides.put('folder', 'default/a', 2);
  // Remembering is two steps; the trial before is one, the write itself begins with the fourth.
  expect(await sides.sync({ direction: 'to place', killAt: 4 })).toBe('killed');
  expect(sides.content('place', 'default/a')).toBe(2);
  sides.put('place', 'default/a', 1);
  await sides.sync({ direction: 'to place' });
  expect(sides.content('place', 'default/a')).toBe(1);
  expect(sides.losses).toEqual([]);
});

test('without --prune nothing is deleted', async () => {
  const sides = twoSides();
  sides.put('folder', 'default/a', 1);
  await sides.sync({ direction: 'to place' });
  sides.put('folder', 'default/a', undefined);
  await sides.sync({ direction: 'to place', prune: false });
  expect(sides.content('place', 'default/a')).toBe(1);
  await sides.sync({ direction: 'to place', prune: true });
  expect(sides.content('place', 'default/a')).toBeUndefined();
});

test('a folder that lost its record deletes nothing and writes over nothing', async () => {
  const sides = twoSides();
  sides.put('folder', 'default/a', 1);
  sides.put('folder', 'default/b', 1);
  await sides.sync({ direction: 'to place' });
  sides.forget();
  sides.put('folder', 'default/a', 2);
  sides.put('folder', 'default/b', undefined);
  const actions = await sides.sync({ direction: 'to place' });
  expect(actions).toMatchObject([{ reason: 'both_new' }, { reason: 'only_there' }]);
  expect(sides.writes).toBe(2);
});
