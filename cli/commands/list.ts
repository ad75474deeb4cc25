import { Option, type Command } from 'commander';
import { homeFolder } from '../../core/home.ts';
import { askControl } from '../control/client.ts';
import type { ServerList } from '../control/protocol.ts';
import { serverTable } from '../server-table.ts';

interface ListOptions {
  readonly home?: string;
  readonly output?: 'json';
}

export function addList(program: Command): void {
  program
    .command('list')
    .description('the servers of a running `mooring up`, and what is wrong with those that are not ready')
    .option('--home <folder>', 'state folder of that `mooring up`')
    .addOption(new Option('-o, --output <format>', 'for machines').choices(['json']))
    .action(async ({ home, output }: ListOptions) => {
      const list = await askControl<ServerList>(homeFolder(home), 'GET', '/v1/servers');
      process.stdout.write(output === 'json' ? `${JSON.stringify(list, undefined, 2)}\n` : serverTable(list));
    });
}
