import { expect, test } from 'vitest';
import { expandVariables } from '../../operator/resources/expand-variables.ts';
import fc from 'fast-check';
import { newDraft } from './draft.ts';
import { setArgs, setClientEnv } from './environment.ts';

function draftOf(env: Record<string, unknown>, args: string[]) {
  const draft = newDraft({ name: 'x' });
  setClientEnv(draft, env);
  setArgs(draft, args);
  const sources = [...draft.env.values()].map(({ name, value }) =>
    value === undefined ? `${name} from x-env` : `${name}=${value}`,
  );
  return { sources, args: draft.spec.args, values: draft.secrets.map(({ key, value }) => [key, value]) };
}

test('secrets become variables from the Secret, and arguments name them', () => {
  expect(
    draftOf({ A_TOKEN: 's1', LEVEL: 3 }, ['--api-key', 's2', '--password=s3', 'sk-s4', '--verbose', 'plain']),
  ).toEqual({
    sources: ['A_TOKEN from x-env', 'LEVEL=3', 'API_KEY from x-env', 'PASSWORD from x-env', 'ARG_4 from x-env'],
    args: ['--api-key', '$(API_KEY)', '--password=$(PASSWORD)', '$(ARG_4)', '--verbose', 'plain'],
    values: [
      ['A_TOKEN', 's1'],
      ['API_KEY', 's2'],
      ['PASSWORD', 's3'],
      ['ARG_4', 'sk-s4'],
    ],
  });
});

test.each([
  ['sh', '-c', 'notes --pin 1234'],
  ['bash', '-lc', 'exec env PASSWORD="hunter2" notes'],
])('a command of a shell that holds a secret is one: %s %s %s', (...args) => {
  const draft = draftOf({}, args);
  expect(draft.args).toEqual([...args.slice(0, 2), '$(ARG_3)']);
  expect(draft.values).toEqual([['ARG_3', args[2]]]);
});

test('a command of a shell without one stays', () => {
  const args = ['-c', 'exec notes --max-tokens 4096 --level info'];
  expect(draftOf({}, args)).toMatchObject({ args, values: [] });
});

test('a variable that is something else is not taken for a secret', () => {
  expect(draftOf({ PIN: '${x}' }, ['--pin', '1234']).args).toEqual(['--pin', '$(PIN_2)']);
});

test('two secrets of one flag are two variables, one secret twice is one', () => {
  const { args } = draftOf({ TOKEN: 'a' }, ['--token', 'a', '--token', 'b', '--token', 'b']);
  expect(args).toEqual(['--token', '$(TOKEN)', '--token', '$(TOKEN_2)', '--token', '$(TOKEN_2)']);
});

test('what clients fill in comes from the Secret, whatever it is called', () => {
  expect(
    draftOf({ A: '${input:a-b}', B: 'x ${env:C:-y}' }, ['--a=${A}', '${input:my-id}', '${workspaceFolder}/x']),
  ).toEqual({
    sources: ['A from x-env', 'B from x-env', 'MY_ID from x-env'],
    args: ['--a=$(A)', '$(MY_ID)', '${workspaceFolder}/x'],
    values: [
      ['A', undefined],
      ['B', undefined],
      ['MY_ID', undefined],
    ],
  });
});

test('a server is told exactly the text that the client told it', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[$()A-C ]{0,12}$/), (text) => {
      const { sources, args } = draftOf({ X: text }, [text]);
      const told = (written = ''): string => expandVariables(written, { A: 'wrong', B: 'wrong', C: 'wrong' });
      expect([told(sources[0]).slice(2), told(args?.[0])]).toEqual([text, text]);
    }),
  );
});
