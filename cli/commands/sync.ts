import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

interface SyncFlags {
  readonly from: string;
  readonly to: string;
  readonly prune?: true;
  readonly force?: true;
  readonly dryRun?: true;
  readonly yes?: true;
}

export function addSync(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('sync')))
    .description('bring manifests of a folder to a cluster or to `mooring up`, or back')
    .argument('[names...]', 'only these servers: NAME or NAMESPACE/NAME')
    .requiredOption('--from <folder|cluster|local>', 'where the manifests come from')
    .requiredOption('--to <folder|cluster|local>', 'where they go; one of the two is a folder')
    .option('--prune', 'delete what was deleted there since the last sync')
    .option('--force', 'write over conflicts')
    .option('--dry-run', 'show what would be done, try it, and write nothing')
    .option('-y, --yes', 'do not ask')
    .action(
      async (
        names: string[],
        { from, to, output, prune, force, dryRun, yes, ...flags }: SyncFlags & PlaceOptions & FormatOptions,
      ) => {
        const { sync } = await import('../sync/sync.ts');
        const wanted = { prune: prune === true, force: force === true, dryRun: dryRun === true, yes: yes === true };
        await sync({ names, from, to, output, flags, ...wanted });
      },
    );
}
