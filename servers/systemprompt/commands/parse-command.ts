import { ToolFailure } from '../../kit/index.ts';
import type { CommandRule, CommandRules, FlagRule, ValueKind } from './rule.ts';

/** What was understood of the words, and nothing else. */
export interface ParsedCommand {
  /** `''` for programs without sub-commands. */
  readonly name: string;
  readonly rule: CommandRule;
  /** By their whole names; a flag without a value has `undefined`. */
  readonly flags: readonly (readonly [name: string, value: string | undefined])[];
  readonly operands: readonly string[];
}

/** Reads the words of a call by the rules. Throws `ToolFailure`, which names what is allowed, for everything that is not in them. */
export function parseCommand(words: readonly string[], rules: CommandRules, program: string): ParsedCommand {
  const [first = ''] = words;
  const name = Object.hasOwn(rules, first) ? first : '';
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule) throw new ToolFailure(`${program} may be asked only: ${Object.keys(rules).join(', ')}.`);
  const { flags, operands } = split(name === '' ? words : words.slice(1), rule, `${program} ${name}`.trim());
  return { name, rule, flags, operands };
}

function split(
  words: readonly string[],
  rule: CommandRule,
  command: string,
): Pick<ParsedCommand, 'flags' | 'operands'> {
  const flags: [string, string | undefined][] = [];
  const operands: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      operands.push(word);
      continue;
    }
    const [written, given] = atSign(word);
    const [name, flag] = flagOf(written, rule, command);
    if (flag.repeatable !== true && flags.some(([known]) => known === name))
      throw new ToolFailure(`${command}: ${name} is given twice.`);
    flags.push([name, valueOf(name, flag, given ?? (flag.value && rest.shift()), command)]);
  }
  checkOperands(operands, rule, command);
  const { oneOf } = rule;
  if (oneOf && !flags.some(([name]) => oneOf.includes(name)))
    throw new ToolFailure(`${command} needs ${oneOf.join(' or ')} here: nobody is there to be asked.`);
  return { flags, operands };
}

/** `--flag=value`; a short flag takes its value as the next word only, so that `-ojson` and `-ya` mean nothing. */
function atSign(word: string): [string, string | undefined] {
  const at = word.startsWith('--') ? word.indexOf('=') : -1;
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** Whole names only: no beginnings of names, no `--`. */
function flagOf(written: string, { flags }: CommandRule, command: string): [string, FlagRule] {
  const found = Object.entries(flags).find(([name, { short }]) => written === name || written === short);
  if (found) return found;
  const allowed = Object.entries(flags).map(([name, { short }]) => (short === undefined ? name : `${short} ${name}`));
  throw new ToolFailure(
    `${command} takes no ${printable(written)} here. Flags: ${allowed.join(', ') || 'none'}; a value follows as the next word or after =.`,
  );
}

function valueOf(name: string, { value }: FlagRule, given: string | undefined, command: string): string | undefined {
  if (value === undefined) {
    if (given !== undefined) throw new ToolFailure(`${command}: ${name} takes no value.`);
    return undefined;
  }
  if (given === undefined) throw new ToolFailure(`${command}: ${name} needs a value: ${value.what}.`);
  return fitting(given, value, `${command}: ${name}`);
}

function checkOperands(
  operands: readonly string[],
  { operands: { kinds, least } }: CommandRule,
  command: string,
): void {
  if (operands.length < least)
    throw new ToolFailure(
      `${command} needs ${kinds
        .slice(0, least)
        .map(({ what }) => what)
        .join(', then ')}.`,
    );
  for (const [index, operand] of operands.entries()) {
    const kind = kinds[index];
    if (!kind) throw new ToolFailure(`${command} takes no more than ${kinds.length} words that are no flags.`);
    fitting(operand, kind, command);
  }
}

/** A value never looks like a flag, whatever its kind: programs read words in their own ways. */
function fitting(text: string, { what, fits }: ValueKind, where: string): string {
  if (!text.startsWith('-') && !text.includes('\0') && fits(text)) return text;
  throw new ToolFailure(`${where} takes ${what}.`);
}

/** What a caller wrote, short and in visible characters of ASCII: look-alikes of dashes are seen as what they are. */
const printable = (text: string): string => JSON.stringify(text.slice(0, 40)).replaceAll(/[^ -~]/gu, '?');
