import type { Command } from 'commander';
import { addFormatOption, print, type FormatOptions } from '../output/format.ts';
import { serverTable } from '../output/server-table.ts';
import { inPlace } from '../places/open-place.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addList(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('list').alias('ls')))
    .description('the servers, and what is wrong with those that are not ready')
    .action(async ({ output, ...options }: PlaceOptions & FormatOptions) => {
      const views = await inPlace(options, async (place) => place.list());
      await print(output, {
        value: views,
        names: views.servers.map(({ metadata }) => metadata.name),
        people: (wide) => serverTable(views, { wide, namespaces: options.allNamespaces === true }),
      });
    });
}
