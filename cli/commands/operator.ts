import { InvalidArgumentError, type Command } from 'commander';
import { CONFIG_FILE, PORTS } from '../../core/pod-paths.ts';

export interface OperatorCommandOptions {
  readonly config?: string;
  readonly watchNamespaces?: readonly string[];
  readonly healthPort: number;
  readonly databaseSecret?: { readonly name: string; readonly key: string };
}

export function addOperator(program: Command): void {
  program
    .command('operator')
    .description('run the operator against a cluster (what the pods of `mooring-operator` start)')
    .option('--config <file>', `mooring.yaml (default: ${CONFIG_FILE}, where it is)`)
    .option('--watch-namespaces <names>', 'only these namespaces, by comma (default: all)', parseNames)
    .option(
      '--database-secret <name/key>',
      'Secret with the connection URL of the administrator of an external PostgreSQL (default: the one of the chart)',
      parseSecretKey,
    )
    .option('--health-port <port>', 'port of health and metrics', parsePort, PORTS.operatorHealth)
    .action(async (options: OperatorCommandOptions) => {
      const { operate } = await import('../operator/operate.ts');
      await operate(options);
    });
}

function parseNames(text: string): readonly string[] {
  const names = text.split(',').filter((name) => name !== '');
  if (names.length === 0) throw new InvalidArgumentError('Name at least one namespace.');
  return names;
}

function parseSecretKey(text: string): { name: string; key: string } {
  const [name = '', key = '', ...rest] = text.split('/');
  if (name === '' || key === '' || rest.length > 0) throw new InvalidArgumentError('It has the form NAME/KEY.');
  return { name, key };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
  return port;
}
