import { describe, expect, test } from 'vitest';
import { ToolFailure } from '../../kit/index.ts';
import { mooringRules, type Place } from './mooring-rules.ts';
import { parseCommand } from './parse-command.ts';
import { rebuildArguments } from './rebuild-arguments.ts';

const understood = (words: readonly string[], place: Place = 'laptop'): readonly string[] =>
  rebuildArguments(parseCommand(words, mooringRules(place), 'mooring'));

test.each([
  [['list'], ['list']],
  [
    ['list', '-o', 'json'],
    ['list', '--output=json'],
  ],
  [
    ['logs', '--tail', '5', 'a'],
    ['logs', 'a', '--tail=5'],
  ],
  [
    ['call', 'a', 't', '-a', 'x=-1', '--arg=y=a=b', '--arg', 'z:="@f"'],
    ['call', 'a', 't', '--arg=x=-1', '--arg=y=a=b', '--arg=z:="@f"'],
  ],
  [
    ['call', 'a', 't', '--json', '{"a":"--home"}'],
    ['call', 'a', 't', '--json={"a":"--home"}'],
  ],
  [
    ['sync', '--from', 'folder', '--to=local', '-y', 'a', 'b'],
    ['sync', 'a', 'b', '--from=folder', '--to=local', '--yes'],
  ],
])('%j is run as %j', (words, expected) => {
  expect(understood(words)).toEqual(expected);
});

describe('refused before anything starts', () => {
  test.each<[string, readonly string[]]>([
    // Commands.
    ['nothing', []],
    ...[
      'token',
      'login',
      'logout',
      'up',
      'build',
      'new',
      'connect',
      'import',
      'diff',
      'server',
      'gateway',
      'operator',
      'postgres',
    ].map((name): [string, readonly string[]] => [`mooring ${name}`, [name]]),
    ['the hidden command', ['__complete', '--', 'list']],
    ['an alias', ['ls']],
    ['a name of Object.prototype', ['constructor']],
    ['another, as a flag', ['list', '--constructor']],
    ['a command in capitals', ['LIST']],
    ['a command with a space', ['list ']],
    ['a shell', ['list;id']],
    ['the beginning of a command', ['stat']],
    ['a flag before the command', ['--home=/tmp', 'list']],
    ['help, which prints what is not asked for', ['list', '--help']],
    // Options that name places, files, sockets.
    ...['--home', '--context', '--kubeconfig', '--gateway', '--token-file', '--save', '--follow'].flatMap(
      (flag): [string, readonly string[]][] => [
        [`${flag} with =`, ['doctor', `${flag}=/etc/passwd`]],
        [`${flag} with a word`, ['doctor', flag, '/etc/passwd']],
      ],
    ),
    ['a namespace, which is a cluster, on a laptop', ['list', '-n', 'x']],
    ['saving files', ['call', 'a', 't', '--save', '.']],
    // Smuggling.
    ['a flag as the value of a flag', ['call', 'a', 't', '--scope', '--home=/tmp']],
    ['a flag as the value of a short flag', ['list', '-o', '--home=/tmp']],
    ['a flag after --', ['list', '--', '--home=/tmp']],
    ['-- alone', ['list', '--']],
    ['a short flag with its value', ['list', '-ojson']],
    ['a cluster of short flags', ['sync', '--from=folder', '--to=local', '-yf']],
    ['the beginning of a flag', ['list', '--out=json']],
    ['a flag twice', ['list', '-o', 'json', '--output=yaml']],
    ['a value for a flag without one', ['sync', '--from=folder', '--to=local', '--yes=no']],
    ['a flag without its value', ['logs', 'a', '--tail']],
    ['an empty flag name', ['list', '--=x']],
    ['a dash alone', ['validate', '-']],
    ['an em dash for two dashes', ['list', '—home=/tmp']],
    ['full-width dashes', ['list', '－－home=/tmp']],
    ['a minus sign', ['list', '−o', 'json']],
    ['a NUL', ['show', 'a\0b']],
    ['a line feed', ['show', 'a\n--home=/tmp']],
    // Files.
    ['a file to validate', ['validate', 'a.yaml']],
    ['a path to validate', ['validate', '/etc/passwd']],
    ['a folder to validate', ['validate', './a']],
    ['a path up', ['show', '../a']],
    ['more than one slash', ['show', 'a/b/c']],
    ['a file as an argument', ['call', 'a', 't', '-a', 'x=@/etc/passwd']],
    ['stdin as an argument', ['call', 'a', 't', '-a', 'x=-']],
    ['a file as JSON', ['call', 'a', 't', '--json', '@/etc/passwd']],
    ['stdin as JSON', ['call', 'a', 't', '--json=-']],
    ['a path to sync from', ['sync', '--from', '/etc', '--to', 'local', '--yes']],
    ['a path to sync to', ['sync', '--from', 'local', '--to=../x', '--yes']],
    ['a cluster to sync to, from a laptop', ['sync', '--from', 'folder', '--to', 'cluster', '--yes']],
    ['a sync that would ask', ['sync', '--from', 'folder', '--to', 'local']],
    ['too many words', ['show', 'a', 'b']],
    ['too few words', ['call', 'a']],
    ['an endless log', ['logs', 'a', '-f']],
    ['more lines than an artifact takes', ['logs', 'a', '--tail', '10001']],
  ])('%s', (_, words) => {
    expect(() => understood(words)).toThrow(ToolFailure);
  });
});

test('on a cluster a namespace can be chosen, and no context', () => {
  expect(understood(['list', '-n', 'team'], 'cluster')).toEqual(['list', '--namespace=team']);
  expect(() => understood(['list', '--context', 'x'], 'cluster')).toThrow(ToolFailure);
});

test('a refusal names what is allowed', () => {
  expect(() => understood(['token'])).toThrow(
    /list, status, show, tools, logs, doctor, validate, call, enable, disable, sync/,
  );
  expect(() => understood(['logs', 'a', '-f'])).toThrow(/--since, --tail, --timestamps/);
});
