import type { Command } from 'commander';
import { addFormatOption, print, type FormatOptions } from '../output/format.ts';
import { inPlace } from '../places/open-place.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

/** Adds `enable` or `disable`: the same command with two ends. */
export function addSwitch(program: Command, verb: 'enable' | 'disable', description: string): void {
  addFormatOption(addPlaceOptions(program.command(verb)))
    .description(description)
    .argument('<name>', 'the server: NAME or NAMESPACE/NAME')
    .action(async (name: string, { output, ...options }: PlaceOptions & FormatOptions) => {
      const { setEnabled } = await import('./set-enabled.ts');
      const value = await inPlace(options, async (place) => setEnabled(place, name, verb === 'enable'));
      const state = `${verb}d`;
      await print(output, {
        value,
        names: [value.server],
        people: () =>
          `${value.server} ${value.changed ? `is ${state}` : `was ${state} before; nothing was changed`}.\n`,
      });
    });
}
