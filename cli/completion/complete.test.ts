import { Command } from 'commander';
import { expect, test } from 'vitest';
import { createProgram } from '../program.ts';
import { complete, type LiveNames } from './complete.ts';

const program = await createProgram([], {});

const asked: unknown[] = [];
const live: LiveNames = {
  async servers(options) {
    asked.push(options);
    return ['notes', 'weather', 'team/notes'].map((value) => ({ value, description: '' }));
  },
  tools: async (server) => ['create', 'list'].map((tool) => ({ value: `${tool}_of_${server}`, description: '' })),
  clients: async () => [{ value: 'claude-code', description: '' }],
  gateways: async () => [{ value: 'https://mcp.example.com', description: '' }],
};

/** What a line can become; a `|` alone stands for an empty last word. */
async function become(line: string): Promise<readonly string[]> {
  const words = line.split(' ').map((word) => (word === '|' ? '' : word));
  const { candidates, files } = await complete(program, words, live);
  return files ? [...candidates.map(({ value }) => value), 'FILES'] : candidates.map(({ value }) => value);
}

test('every command and every flag that a help text shows, and nothing that is hidden', async () => {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  expect(await become('|')).toEqual(commands.map((command) => command.name()));
  expect(await become('|')).not.toContain('__complete');
  for (const command of commands.filter((each) => each.name() !== 'help')) {
    const flags = help.visibleOptions(command).map(({ long }) => long);
    expect(await become(`${command.name()} -`), command.name()).toEqual(flags);
    expect(flags).toContain('--help');
  }
  expect(await become('ls --out')).toEqual(['--output']);
});

test.each([
  ['sta', ['status']],
  ['list -o |', ['json', 'yaml', 'wide', 'name']],
  ['list --output w', ['wide']],
  ['list --output=w', ['--output=wide']],
  // As bash splits it.
  ['list --output = w', ['wide']],
  ['list --output =', ['json', 'yaml', 'wide', 'name']],
  ['completion |', ['bash', 'zsh', 'fish']],
  ['completion bash |', []],
  ['show |', ['notes', 'weather', 'team/notes']],
  ['show team/', ['team/notes']],
  ['show notes |', []],
  ['status notes |', ['weather', 'team/notes']],
  ['logs -f --tail 5 w', ['weather']],
  ['logs --tail |', []],
  ['token --server n', ['notes']],
  ['call weather |', ['create_of_weather', 'list_of_weather']],
  ['call --arg |', []],
  ['call -- weather l', ['list_of_weather']],
  ['import |', ['FILES']],
  ['validate |', ['notes', 'weather', 'team/notes', 'FILES']],
  ['connect |', ['claude-code']],
  ['connect claude-code w', ['weather']],
  ['logout |', ['https://mcp.example.com']],
  ['login |', []],
  ['sync --from |', ['cluster', 'local', 'FILES']],
  ['sync --from=l', ['--from=local', 'FILES']],
  ['doctor weather --tool l', ['list_of_weather']],
  ['doctor notes w', ['weather']],
  ['tools notes |', ['create_of_notes', 'list_of_notes']],
  ['up --manifests |', ['FILES']],
  ['status --kubeconfig |', ['FILES']],
  ['status -n |', []],
  ['no-such-command |', []],
  ['list |', []],
])('mooring %s', async (line, candidates) => {
  expect(await become(line)).toEqual(candidates);
});

test('the place that is asked is the one that the flags before mean', async () => {
  await become('status --home /state -A --context=kind -o json |');
  expect(asked.at(-1)).toEqual({ home: '/state', allNamespaces: true, context: 'kind', output: 'json' });
});

test('what is to be made has no name yet', async () => {
  const own = new Command();
  own.command('new').argument('<name>');
  expect(await complete(own, ['new', ''], live)).toEqual({ candidates: [], files: false });
});

test('a command line without commands completes nothing', async () => {
  expect(await complete(new Command('empty'), [''], live)).toEqual({ candidates: [], files: false });
});
