import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CallOptions } from '../call/call-tool.ts';
import { addPlaceOptions } from '../places/place-options.ts';

export function addCall(program: Command): void {
  addPlaceOptions(program.command('call'))
    .description('call a tool of a server, as you, and show what it answers')
    .argument('<name>', 'the server: NAME or NAMESPACE/NAME')
    .argument('<tool>', 'the tool; `mooring tools NAME` lists them')
    .option('-a, --arg <name=value>', 'an argument; repeatable (see below)', append)
    .option('--json <text>', 'all arguments as one JSON object: the text itself, @FILE, or - for stdin')
    .option('--scope <scopes>', 'call with a token of these scopes only (separated by spaces)')
    .option('--timeout <seconds>', 'give up after so long (default: never)', seconds)
    .option('--save <folder>', 'write images, audio and other files of the answer into it')
    .addOption(new Option('-o, --output <format>', 'the whole result').choices(['json', 'yaml']))
    .addHelpText('after', HELP)
    .action(async (name: string, tool: string, options: CallOptions) => {
      const { callTool } = await import('../call/call-tool.ts');
      await callTool(name, tool, options);
    });
}

const append = (value: string, previous: readonly string[] = []): readonly string[] => [...previous, value];

/** Timers take 24 days at most. */
const MOST_SECONDS = 2_000_000;

function seconds(text: string): number {
  const given = Number(text);
  if (!(given > 0 && given <= MOST_SECONDS))
    throw new InvalidArgumentError(`Give seconds: more than 0, at most ${MOST_SECONDS}.`);
  return given;
}

const HELP = `
Arguments are read by what the tool says that it takes: text stays text, numbers and true/false are read as such, lists and objects
as JSON. What is piped in is taken as --json where neither --arg nor --json is given.
  -a city=Bern -a days=3      text and a number
  -a address.city=Bern        a part of an object
  -a 'tags=["a","b"]'         a list
  -a 'id:="007"'              JSON, whatever the tool says
  -a password=@FILE           the content of a file, without the line end at its end
  -a password=-               stdin
A value in the command itself is seen by everybody on this machine (in the process list) and kept in your shell's history: give
secrets as @FILE or -.

Examples:
  mooring call weather get_forecast -a city=Bern -a days=3
  echo '{"city":"Bern"}' | mooring call weather get_forecast
  pass show crm | mooring call crm sign_in -a user=me -a password=-
  mooring call charts draw --json @chart.json --save .

Exit codes: 1 where the tool says that it failed (its text is on stderr), 2 for arguments that the tool does not take, 130 after
Ctrl-C, which the server hears of.`;
