import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

interface DiffFlags {
  readonly from: string;
  readonly to?: string;
}

export function addDiff(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('diff')))
    .description('what `mooring sync --prune` would do; changes nothing, and ends with 1 where there is anything')
    .argument('[names...]', 'only these servers: NAME or NAMESPACE/NAME')
    .option('--from <folder|cluster|local>', 'where the manifests would come from', '.')
    .option('--to <folder|cluster|local>', 'where they would go (default: the place that is there)')
    .action(async (names: string[], { from, to, output, ...flags }: DiffFlags & PlaceOptions & FormatOptions) => {
      const { diff } = await import('../sync/diff.ts');
      await diff({ names, from, to, output, flags });
    });
}
