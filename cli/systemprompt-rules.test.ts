import { expect, test } from 'vitest';
import { mooringRules } from '../servers/systemprompt/commands/mooring-rules.ts';
import { createProgram } from './program.ts';

test('every flag of the rules is one of the command line, with a value where that takes one', async () => {
  for (const [name, rule] of Object.entries(mooringRules('cluster'))) {
    const program = await createProgram([name]);
    const command = program.commands.find((one) => one.name() === name);
    for (const [flag, { short, value }] of Object.entries(rule.flags)) {
      const option = command?.options.find(({ long }) => long === flag);
      expect([name, flag, option !== undefined, option?.short ?? undefined, option?.required]).toEqual([
        name,
        flag,
        true,
        short ?? option?.short ?? undefined,
        value !== undefined,
      ]);
    }
  }
});
