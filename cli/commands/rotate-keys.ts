import type { Command } from 'commander';
import { homeFolder } from '../../core/home.ts';

export function addRotateKeys(program: Command): void {
  program
    .command('rotate-keys')
    .description('sign with new keys from the next start on; what the old ones signed stays valid until it expires')
    .option('--home <folder>', 'state folder')
    .action(async ({ home }: { home?: string }) => {
      const { rotateKeys } = await import('../rotate-keys.ts');
      await rotateKeys(homeFolder(home));
    });
}
