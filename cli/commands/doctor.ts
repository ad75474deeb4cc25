import type { Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export interface DoctorOptions extends PlaceOptions, FormatOptions {
  readonly tool?: string;
  readonly call?: boolean;
  readonly tokenFile?: string;
}

export function addDoctor(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('doctor')))
    .description('walk from the manifest to an answer, and say where it breaks and what to do')
    .argument('[names...]', 'servers: NAME or NAMESPACE/NAME (default: all)')
    .option('--tool <tool>', 'look at the scopes of this tool as well')
    .option('--call', 'call that tool, where it needs no arguments')
    .option('--token-file <file>', 'look at this token instead of one of yours (- for stdin; also $MOORING_TOKEN)')
    .action(async (names: string[], options: DoctorOptions) => {
      const { doctor } = await import('../doctor/doctor.ts');
      await doctor(names, options);
    });
}
