import { InvalidArgumentError, type Command } from 'commander';
import { CONFIG_FILE, MOUNTS_FOLDER, PORTS } from '../../core/pod-paths.ts';
import type { GatewayCommand } from '../gateway/run-gateway.ts';

export function addGateway(program: Command): void {
  program
    .command('gateway')
    .description('run the gateway of a cluster (what the chart starts)')
    .option('--config <file>', 'mooring.yaml', CONFIG_FILE)
    .option('--watch-namespaces <names>', 'namespaces whose servers are served, with commas (default: all)', namesOf)
    .option('--port <port>', 'port of the gateway; health and metrics take the next one', portOf, PORTS.gateway)
    .option('--listen <address>', 'address to listen on (default: all in a pod, else loopback only)')
    .option(
      '--exchange-for <namespace/name>',
      'the one server that may call others for its callers (default: none)',
      serverOf,
    )
    .option('--mounts <folder>', 'where keys, password and database URL are mounted', MOUNTS_FOLDER)
    .action(async (options: GatewayCommand) => {
      const { runGateway } = await import('../gateway/run-gateway.ts');
      await runGateway(options);
    });
}

/** None is all, so that a chart can pass an empty list. */
function namesOf(text: string): readonly string[] | undefined {
  const names = text.split(',').map((name) => name.trim());
  const given = names.filter(Boolean);
  return given.length === 0 ? undefined : given;
}

/** What tokens name is never a guess: a name without its namespace would be any namespace's. */
function serverOf(text: string): string {
  if (!/^[a-z0-9-]{1,63}\/[a-z0-9-]{1,63}$/.test(text))
    throw new InvalidArgumentError('Give namespace and name: mooring/systemprompt.');
  return text;
}

function portOf(text: string): number {
  const port = Number(text);
  // P + 1 must be a port too.
  if (!Number.isInteger(port) || port < 1 || port > 65534) throw new InvalidArgumentError('A port is 1 to 65534.');
  return port;
}
