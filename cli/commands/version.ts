import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addVersion(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('version')))
    .description('the version of this command line, and of the Mooring that it speaks to, where one answers')
    .action(async ({ output, ...options }: PlaceOptions & FormatOptions) => {
      const { showVersions } = await import('../version/show-versions.ts');
      await showVersions(options, output);
    });
}
