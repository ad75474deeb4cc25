import { expect, test } from 'vitest';
import { abilitiesOf, abilitiesOfSession, sessionIdFor } from './client-abilities.ts';

const abilities = (form: boolean, url: boolean, sampling: boolean) => ({ form, url, sampling });

test.each([
  [{}, abilities(false, false, false)],
  [undefined, abilities(false, false, false)],
  ['nonsense', abilities(false, false, false)],
  [{ elicitation: {} }, abilities(true, false, false)],
  [{ elicitation: { form: {} } }, abilities(true, false, false)],
  [{ elicitation: { url: {} } }, abilities(false, true, false)],
  [{ elicitation: { form: {}, url: {} }, sampling: { tools: {} } }, abilities(true, true, true)],
  [{ elicitation: 3, sampling: {} }, abilities(false, false, true)],
])('%j', (capabilities, expected) => {
  expect(abilitiesOf(capabilities)).toEqual(expected);
});

test('a session says what its client can do, and only ours do', () => {
  for (const some of [abilities(true, false, false), abilities(false, true, true), abilities(true, true, true)]) {
    const id = sessionIdFor(some);
    expect(abilitiesOfSession(id ?? null)).toEqual(some);
    expect(sessionIdFor(some)).not.toBe(id);
  }
  expect(sessionIdFor(abilities(false, false, false))).toBeUndefined();
  for (const foreign of [null, '', 'fus', 'mooring-fus-', 'mooring-x-00000000-0000-0000-0000-000000000000']) {
    expect(abilitiesOfSession(foreign)).toEqual(abilities(false, false, false));
  }
});
