import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../../core/failure.ts';
import type { CommandRule, CommandRules, ValueKind } from '../commands/rule.ts';

/** An anchored regular expression. */
const Pattern = z.string().max(500).refine(isPattern, 'is no regular expression');
const Flag = z.strictObject({
  short: z
    .string()
    .regex(/^-[A-Za-z0-9]$/)
    .optional(),
  /** Left out: the flag has no value. */
  value: Pattern.optional(),
  repeatable: z.boolean().default(false),
});
const Command = z.strictObject({
  /** What the caller needs, all of them. */
  scopes: z.array(z.string().min(1).max(100)).min(1).max(16),
  flags: z.record(z.string().regex(/^--?[A-Za-z0-9][\w-]{0,63}$/), Flag).default({}),
  /** One pattern for each word that is no flag. */
  operands: z.array(Pattern).max(50).default([]),
  /** So many of them must be there. */
  least: z.int().min(0).max(50).default(0),
});

/** File of SYSTEMPROMPT_PROGRAMS: what callers may run beside `mooring`. */
const ProgramFile = z.strictObject({
  programs: z.record(
    z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
    z.strictObject({
      path: z.string().max(1024).refine(isAbsolute, 'must be an absolute path'),
      /** Words before those of the caller: a folder to work on, for example. */
      args: z.array(z.string().max(1024)).max(16).default([]),
      description: z.string().max(300),
      /** By the first word; `""` for a program without sub-commands. */
      commands: z.record(z.string().regex(/^(?:[A-Za-z0-9][\w-]{0,63})?$/), Command),
    }),
  ),
});

export interface ConfiguredProgram {
  readonly path: string;
  /** Words before those of the caller. */
  readonly args: readonly string[];
  readonly description: string;
  readonly rules: CommandRules;
}

export type Programs = Readonly<Record<string, ConfiguredProgram>>;

/** Reads the file (YAML or JSON). Throws `bad_environment`, naming what is wrong. */
export function readPrograms(file: string | undefined): Programs {
  if (file === undefined) return {};
  const problem = (what: string): Failure => new Failure('bad_environment', `SYSTEMPROMPT_PROGRAMS: ${file} ${what}.`);
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 });
  } catch (error) {
    throw problem(`cannot be read: ${(error as Error).message}`);
  }
  const read = ProgramFile.safeParse(value);
  if (!read.success) throw problem(`is not valid: ${z.prettifyError(read.error)}`);
  if (Object.hasOwn(read.data.programs, 'mooring')) throw problem('must not name `mooring`, whose rules are fixed');
  const entries = Object.entries(read.data.programs);
  return Object.fromEntries(
    entries.map(([name, { commands, ...program }]) => [name, { ...program, rules: rulesOf(commands) }]),
  );
}

const rulesOf = (commands: Readonly<Record<string, z.output<typeof Command>>>): CommandRules =>
  Object.fromEntries(
    Object.entries(commands).map(([name, { scopes, flags, operands, least }]): [string, CommandRule] => [
      name,
      {
        scopes,
        flags: Object.fromEntries(
          Object.entries(flags).map(([flag, { short, value, repeatable }]) => [
            flag,
            { repeatable, ...(short !== undefined && { short }), ...(value !== undefined && { value: kindOf(value) }) },
          ]),
        ),
        operands: { kinds: operands.map(kindOf), least },
      },
    ]),
  );

function kindOf(pattern: string): ValueKind {
  const whole = new RegExp(`^(?:${pattern})$`, 'u');
  return { what: `what fits ${pattern}`, fits: (text) => whole.test(text) };
}

function isPattern(text: string): boolean {
  try {
    void new RegExp(`^(?:${text})$`, 'u');
    return true;
  } catch {
    return false;
  }
}
