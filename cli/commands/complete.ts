import type { Command } from 'commander';

/** The hidden command that the scripts of `mooring completion` call, by the name that kubectl's own has. */
export const COMPLETE = '__complete';

export function addComplete(program: Command): void {
  program
    .command(COMPLETE, { hidden: true })
    .description('tell a shell what the last of these words can become')
    .argument('[words...]', 'what was typed after `mooring`; the last one may be empty')
    .action(async (words: string[]) => {
      const { tellCompletions } = await import('../completion/tell-completions.ts');
      await tellCompletions(program, words);
    });
}
