import type { Argument, Command, Option } from 'commander';
import type { Candidate } from './candidate.ts';
import { splitFlag, typedLine, type TypedLine } from './typed-line.ts';

/** Names that only the place knows, or that are not worth loading for every command. */
export interface LiveNames {
  servers(options: TypedLine['options']): Promise<readonly Candidate[]>;
  tools(server: string, options: TypedLine['options']): Promise<readonly Candidate[]>;
  /** Clients that `connect` knows. */
  clients(): Promise<readonly Candidate[]>;
  /** Gateways that somebody is signed in to. */
  gateways(): Promise<readonly Candidate[]>;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Whether the shell should complete names of files. */
  readonly files: boolean;
}

const NOTHING: Completion = { candidates: [], files: false };
const FILES: Completion = { candidates: [], files: true };

/** What the last of these words can become, by the commands themselves. */
export async function complete(program: Command, words: readonly string[], live: LiveNames): Promise<Completion> {
  // bash gives `--output=json` as three words.
  const joined = words.map((word, index) => (word === '=' && index === words.length - 1 ? '' : word));
  const typed = joined.filter((word, index) => !(word === '=' && joined[index - 1]?.startsWith('--')));
  const current = typed.at(-1) ?? '';
  const line = typedLine(program, typed.slice(0, -1));
  const { candidates, files } = await possible(line, current, live);
  return { candidates: candidates.filter(({ value }) => value.startsWith(current)), files };
}

async function possible(line: TypedLine, current: string, live: LiveNames): Promise<Completion> {
  const { command, operands, pending } = line;
  if (pending) return valuesOf(pending, line, live);
  const [name, value] = splitFlag(current);
  if (value !== undefined) {
    const option = command.options.find(({ long }) => long === name);
    const { candidates, files } = option ? await valuesOf(option, line, live) : NOTHING;
    return { candidates: candidates.map((one) => ({ ...one, value: `${name}=${one.value}` })), files };
  }
  if (current.startsWith('-')) return { candidates: flagsOf(command), files: false };
  if (command.commands.length > 0) {
    // A word that is none of them: what may follow it nobody knows.
    return operands.length > 0 ? NOTHING : { candidates: commandsOf(command), files: false };
  }
  const argument = command.registeredArguments[operands.length] ?? command.registeredArguments.at(-1);
  const isMore = operands.length >= command.registeredArguments.length && !argument?.variadic;
  return argument && !isMore ? argumentValues(argument, line, live) : NOTHING;
}

const flagsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({ value: long ?? short ?? '', description }));

const commandsOf = (command: Command): readonly Candidate[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ value: one.name(), description: one.description() }));

const fixed = (choices: readonly string[]): Completion => ({
  candidates: choices.map((value) => ({ value, description: '' })),
  files: false,
});

const A_FILE = /^(?:files?|folders?|dir|directory|path)$/;
const A_SERVER = /^(?:names?|servers?)$/;

/** Of `validate`, which takes files and servers. */
const EITHER = 'words';

/** Commands whose names are not yet those of servers. */
const OF_NEW_ONES: ReadonlySet<string> = new Set(['new', 'build']);

async function valuesOf(option: Option, { operands, options }: TypedLine, live: LiveNames): Promise<Completion> {
  if (option.argChoices) return fixed(option.argChoices);
  const [, value = ''] = /[<[]([\w|-]+)/.exec(option.flags) ?? [];
  const words = value.split('|');
  if (words.some((word) => A_FILE.test(word)))
    return { ...fixed(words.filter((word) => !A_FILE.test(word))), files: true };
  if (value === 'tool') return { candidates: await live.tools(operands.at(-1) ?? '', options), files: false };
  return option.long === '--server' ? { candidates: await live.servers(options), files: false } : NOTHING;
}

async function argumentValues(argument: Argument, line: TypedLine, live: LiveNames): Promise<Completion> {
  const { command, operands, options } = line;
  const name = argument.name();
  if (argument.argChoices) return fixed(argument.argChoices);
  if (A_FILE.test(name)) return FILES;
  if (name === 'tool') return { candidates: await live.tools(operands.at(-1) ?? '', options), files: false };
  if (name === 'client') return { candidates: await live.clients(), files: false };
  if (command.name() === 'logout') return { candidates: await live.gateways(), files: false };
  if ((!A_SERVER.test(name) && name !== EITHER) || OF_NEW_ONES.has(command.name())) return NOTHING;
  const candidates = await live.servers(options);
  return { candidates: candidates.filter(({ value }) => !operands.includes(value)), files: name === EITHER };
}
