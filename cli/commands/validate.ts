import type { Command } from 'commander';

export function addValidate(program: Command): void {
  program
    .command('validate')
    .description('check manifests without applying them; names every problem at once')
    .argument('[files...]', 'files or folders (default: examples/local)')
    .action(async (files: string[]) => {
      const { validate } = await import('../validate.ts');
      await validate(files);
    });
}
