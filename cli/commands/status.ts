import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { inPlace } from '../places/open-place.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export function addStatus(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('status')))
    .description(
      'what runs behind the servers: processes or pods, restarts, uptime, memory; and why one is not ready, and since when',
    )
    .argument('[names...]', 'servers: NAME or NAMESPACE/NAME (default: all)')
    .addHelpText(
      'after',
      '\nWith -o wide each process or pod has a line of its own, with its CPU and how the one before it ended.',
    )
    .action(async (names: string[], { output, ...options }: PlaceOptions & FormatOptions) => {
      const { showStatus } = await import('../status/show-status.ts');
      await inPlace(options, async (place) =>
        showStatus(place, names, { format: output, namespaces: options.allNamespaces === true }),
      );
    });
}
