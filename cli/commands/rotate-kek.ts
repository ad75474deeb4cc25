import type { Command } from 'commander';
import { homeFolder } from '../../core/home.ts';

export function addRotateKek(program: Command): void {
  program
    .command('rotate-kek')
    .description('wrap the secrets of the marketplace with a new key; Mooring runs on meanwhile')
    .option('--home <folder>', 'state folder')
    .addHelpText(
      'after',
      '\nIt can be interrupted at any moment: the next one carries on. In a pod of the marketplace it wraps with the first key of Secret marketplace-kek.',
    )
    .action(async ({ home }: { home?: string }) => {
      const { rotateKekOf } = await import('../rotate-kek.ts');
      await rotateKekOf(homeFolder(home));
    });
}
