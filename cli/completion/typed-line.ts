import type { Command, Option } from 'commander';

/** What the words before the one that is being typed say. */
export interface TypedLine {
  /** The innermost command that they name. */
  readonly command: Command;
  readonly operands: readonly string[];
  /** Values of flags by attribute name, as they were typed. */
  readonly options: Readonly<Record<string, string | true>>;
  /** The flag whose value is being typed. */
  readonly pending: Option | undefined;
}

/** Reads them as commander would, and forgives what is wrong. */
export function typedLine(program: Command, words: readonly string[]): TypedLine {
  let command = program;
  let pending: Option | undefined;
  let isOver = false;
  const operands: string[] = [];
  const options: Record<string, string | true> = {};
  for (const word of words) {
    const [name, value] = splitFlag(word);
    const option = isOver ? undefined : command.options.find(({ short, long }) => name === short || name === long);
    const inner = operands.length === 0 ? innerCommand(command, word) : undefined;
    if (pending) {
      options[pending.attributeName()] = word;
      pending = undefined;
    } else if (word === '--') isOver = true;
    else if (option && takesValue(option) && value === undefined) pending = option;
    else if (option) options[option.attributeName()] = value ?? true;
    else if (!isOver && word.startsWith('-')) continue;
    else if (inner) command = inner;
    else operands.push(word);
  }
  return { command, operands, options, pending };
}

const takesValue = ({ required, optional }: Option): boolean => required || optional;

/** `--output=json` in two. */
export function splitFlag(word: string): readonly [string, string?] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

const innerCommand = ({ commands }: Command, word: string): Command | undefined =>
  commands.find((one) => one.name() === word || one.aliases().includes(word));
