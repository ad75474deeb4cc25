import { InvalidArgumentError, type Command } from 'commander';
import { addPlaceOptions, type PlaceOptions } from '../places/place-options.ts';

interface TokenOptions extends PlaceOptions {
  readonly server: string;
  readonly scope?: string;
}

export function addToken(program: Command): void {
  addPlaceOptions(program.command('token'))
    .description('print an access token for one server, as you, good for some minutes')
    .requiredOption('--server <name>', 'which server the token is for: NAME or NAMESPACE/NAME', serverName)
    .option('--scope <scopes>', 'space-separated scopes (default: all that you may have there)')
    .action(async ({ server, scope, ...options }: TokenOptions) => {
      const { printToken } = await import('../print-token.ts');
      await printToken({ server, scope }, options);
    });
}

function serverName(text: string): string {
  if (!/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/)?[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text))
    throw new InvalidArgumentError('That is no name of a server.');
  return text;
}
