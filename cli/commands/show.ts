import type { Command } from 'commander';
import { addFormatOption, print, type FormatOptions } from '../output/format.ts';
import { findServer } from '../places/find-server.ts';
import { inPlace } from '../places/open-place.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addShow(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('show')))
    .description('everything about one server: manifest, conditions, what it said of itself')
    .argument('<name>', 'the server: NAME or NAMESPACE/NAME')
    .action(async (name: string, { output, ...options }: PlaceOptions & FormatOptions) => {
      const server = await inPlace(options, async (place) => findServer(place, name));
      const { serverDetails } = await import('../output/server-details.ts');
      await print(output, {
        value: server,
        names: [server.metadata.name],
        people: () => serverDetails(server),
      });
    });
}
