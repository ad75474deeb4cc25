import { InvalidArgumentError, type Command } from 'commander';
import { homeFolder } from '../../core/home.ts';
import { askControl } from '../control/client.ts';
import type { IssuedToken, TokenRequest } from '../control/protocol.ts';

interface TokenOptions {
  readonly home?: string;
  readonly server: string;
  readonly scope?: string;
}

export function addToken(program: Command): void {
  program
    .command('token')
    .description('print an access token for one server, good for 10 minutes')
    .requiredOption('--server <name>', 'which server the token is for', serverName)
    .option('--scope <scopes>', 'space-separated scopes (default: all that the server names)')
    .option('--home <folder>', 'state folder of the running `mooring up`')
    .action(async ({ home, server, scope }: TokenOptions) => {
      const request: TokenRequest = { server, ...(scope !== undefined && { scope }) };
      const { access_token } = await askControl<IssuedToken>(homeFolder(home), 'POST', '/v1/tokens', request);
      process.stdout.write(`${access_token}\n`);
    });
}

function serverName(text: string): string {
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text)) throw new InvalidArgumentError('That is no name of a server.');
  return text;
}
