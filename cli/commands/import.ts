import { Option, type Command } from 'commander';
import { addFormatOption, type FormatOptions } from '../output/format.ts';

export interface ImportOptions extends FormatOptions {
  readonly to?: string;
  readonly force?: boolean;
  readonly name?: string;
  readonly namespace?: string;
  readonly secrets?: 'laptop';
  readonly home?: string;
}

export function addImport(program: Command): void {
  addFormatOption(program.command('import'))
    .description('turn servers of other systems into McpServer manifests, and say what could not be carried over')
    .argument('<files...>', 'files, folders, or - for standard input; what they are is seen from their content')
    .option('--to <folder>', 'write one file for each server, instead of printing them; all of them or none')
    .option('--force', 'with --to or --secrets: replace files of the same name')
    .option('--name <name>', 'name of the server, where there is one')
    .option('-n, --namespace <name>', 'namespace of the servers')
    .addOption(
      new Option(
        '--secrets <place>',
        'write secrets that were found into the state folder (files that only you can read)',
      ).choices(['laptop']),
    )
    .option('--home <folder>', 'with --secrets: the state folder')
    .addHelpText('after', KNOWN)
    .action(async (files: string[], options: ImportOptions) => {
      const { runImport } = await import('../import/run-import.ts');
      await runImport(files, options);
    });
}

const KNOWN = `
Known: configurations of clients (claude_desktop_config.json, .mcp.json, mcp.json of VS Code and Cursor …), server.json of the
official registry, ToolHive's MCPServer and MCPRemoteProxy, kmcp's MCPServer, and the original service's manifest.yaml and
services/mcp/*.yaml. Secrets are never written into a manifest.`;
