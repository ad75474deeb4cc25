import { Argument, Option, type Command } from 'commander';
import type { NewServerOptions } from '../new/new-server.ts';

export function addNew(program: Command): void {
  program
    .command('new')
    .description('write a small working MCP server: source, test, Dockerfile, manifest')
    .addArgument(new Argument('<what>', 'what to make').choices(['server']))
    .argument('<name>', 'name of the server, in its URL too')
    .addOption(
      new Option('--language <language>', 'what it is written in')
        .choices(['typescript', 'python'])
        .default('typescript'),
    )
    .option('--folder <folder>', 'where it is written (default: ./NAME)')
    .option('--image <image>', 'its container image (default: registry.example.com/NAME:0.1.0)')
    .action(async (_what: 'server', name: string, options: NewServerOptions) => {
      const { newServer } = await import('../new/new-server.ts');
      await newServer(name, options);
    });
}
