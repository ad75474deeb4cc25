import type { ParsedCommand } from './parse-command.ts';

/**
 * The words that are run: made of what was understood, never copied. Each flag and its value are one word, so that no value can become a flag. Operands
 * come first and begin with no dash; a `--` before them would be swallowed by commander at a command without flags.
 */
export function rebuildArguments({ name, flags, operands }: ParsedCommand): readonly string[] {
  return [
    ...(name === '' ? [] : [name]),
    ...operands,
    ...flags.flatMap(([flag, value]) => {
      if (value === undefined) return [flag];
      // Single-dash flags of other programs know no `=`.
      return flag.startsWith('--') ? [`${flag}=${value}`] : [flag, value];
    }),
  ];
}
