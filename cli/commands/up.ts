import { InvalidArgumentError, type Command } from 'commander';

export interface UpOptions {
  readonly port: number;
  readonly listen?: string;
  readonly home?: string;
  readonly manifests?: string[];
  readonly config?: string;
}

const GATEWAY_PORT = 8080;

export function addUp(program: Command): void {
  program
    .command('up')
    .description('run the gateway and the servers of a folder of manifests on this machine')
    .option('--port <port>', 'port of the gateway; health and metrics take the next one', parsePort, GATEWAY_PORT)
    .option('--listen <address>', 'address to listen on instead of loopback only')
    .option('--home <folder>', 'state folder (default: $MOORING_HOME, else the XDG state folder)')
    .option(
      '--manifests <folder>',
      'folder or file of McpServer manifests; repeatable (default: examples/local)',
      append,
    )
    .option('--config <file>', 'mooring.yaml (default: the one in the state folder)')
    .action(async (options: UpOptions) => {
      const { up } = await import('../up/up.ts');
      await up(options);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  // P + 1 must be a port too.
  if (!Number.isInteger(port) || port < 1 || port > 65534) throw new InvalidArgumentError('A port is 1 to 65534.');
  return port;
}

function append(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
