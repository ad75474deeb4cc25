import type { Command } from 'commander';
import { addFormatOption, print, type FormatOptions } from '../output/format.ts';
import { haveNamesakes, serverNames } from '../output/server-names.ts';
import { serverTable } from '../output/server-table.ts';
import { inPlace } from '../places/open-place.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addList(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('list').alias('ls')))
    .description('the servers, and what is wrong with those that are not ready')
    .action(async ({ output, ...options }: PlaceOptions & FormatOptions) => {
      const { views, atGateway } = await inPlace(options, async (place) => ({
        views: await place.list(),
        atGateway: place.kind === 'gateway',
      }));
      const named = views.servers.map(({ metadata }) => metadata);
      const namespaces = options.allNamespaces === true || haveNamesakes(named);
      await print(output, {
        value: views,
        names: serverNames(named),
        people: (wide) => serverTable(views, { wide, namespaces, atGateway }),
      });
    });
}
