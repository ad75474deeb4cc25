import { Option, type Command } from 'commander';
import { harmless, harmlessJson, harmlessStyled, oneLine } from './harmless.ts';

/** What `-o` takes: for machines `json`, `yaml` and `name` (one name a line), for people `wide` or nothing. */
export type Format = 'json' | 'yaml' | 'wide' | 'name' | undefined;

export interface FormatOptions {
  readonly output?: Exclude<Format, undefined>;
}

/** Adds `-o`. */
export const addFormatOption = (command: Command): Command =>
  command.addOption(new Option('-o, --output <format>', 'another form').choices(['json', 'yaml', 'wide', 'name']));

/** The forms of one result. `value` is stable: fields are added, never renamed. */
export interface Printable {
  readonly value: unknown;
  readonly names: readonly string[];
  readonly people: (wide: boolean) => string;
}

/** Writes a result to stdout in the form that was asked for. */
export async function print(format: Format, { value, names, people }: Printable): Promise<void> {
  process.stdout.write(await textOf(format, { value, names, people }));
}

async function textOf(format: Format, { value, names, people }: Printable): Promise<string> {
  switch (format) {
    case 'json':
      return `${harmlessJson(value)}\n`;
    case 'yaml':
      return shown((await import('yaml')).stringify(value, { aliasDuplicateObjects: false }));
    case 'name':
      return names.map((name) => `${oneLine(name)}\n`).join('');
    case 'wide':
    case undefined:
      // Each table and list takes care of its lines; whatever one of them forgets is not obeyed.
      return harmlessStyled(people(format === 'wide'));
    default:
      return format satisfies never;
  }
}

/** Programs get values as they are; what a terminal shows, it must not obey. */
const shown = (text: string): string => (process.stdout.isTTY ? harmless(text) : text);
