import type { Command } from 'commander';
import { addFormatOption, print, type FormatOptions } from '../output/format.ts';

export function addListPackages(program: Command): void {
  addFormatOption(program.command('list-packages'))
    .description('what `mooring build` can build here, and what is built and installed')
    .option('--folder <folder>', 'where manifests are, or folders with them', '.')
    .action(async ({ folder, output }: FormatOptions & { readonly folder: string }) => {
      const { listPackages } = await import('../packages/list-packages.ts');
      const { packageTable } = await import('../packages/package-table.ts');
      const packages = await listPackages(folder);
      await print(output, {
        value: { packages },
        names: packages.map(({ name }) => name),
        people: (wide) => packageTable(packages, wide),
      });
    });
}
