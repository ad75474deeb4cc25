import { Option, type Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

export interface ConnectOptions extends PlaceOptions, FormatOptions {
  readonly write?: boolean;
  readonly scope?: 'user' | 'project';
  readonly force?: boolean;
}

export function addConnect(program: Command): void {
  addFormatOption(addPlaceOptions(program.command('connect')))
    .description('print how a client uses servers, or write it into the client’s configuration; it signs in itself')
    .argument('<client>', 'claude-desktop, claude-code, vscode, cursor, codex, gemini-cli or windsurf')
    .argument('[names...]', 'servers (default: all that are ready)')
    .option('--write', 'add them to the client’s file; everything else in it stays, and a copy is kept beside it')
    .addOption(
      new Option('--scope <scope>', 'the configuration of the person, or of this folder').choices(['user', 'project']),
    )
    .option('--force', 'with --write: change servers of the same name that lead elsewhere')
    .action(async (client: string, names: string[], options: ConnectOptions) => {
      const { runConnect } = await import('../connect/run-connect.ts');
      await runConnect(client, names, options);
    });
}
