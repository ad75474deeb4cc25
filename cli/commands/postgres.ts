import { InvalidArgumentError, type Command } from 'commander';
import { DATABASE_PASSWORD_FILE, PORTS, POSTGRES_FOLDER } from '../../core/pod-paths.ts';

export interface PostgresOptions {
  readonly data: string;
  readonly passwordFile: string;
  readonly port: number;
}

export function addPostgres(program: Command): void {
  program
    .command('postgres')
    .description(
      'run the PostgreSQL that Mooring brings along in the foreground (what the pod of `mooring-database` starts)',
    )
    .option('--data <folder>', 'folder of its data', POSTGRES_FOLDER)
    .option('--password-file <file>', 'password of the superuser postgres; followed live', DATABASE_PASSWORD_FILE)
    .option('--port <port>', 'port that it listens on, at every address', parsePort, PORTS.database)
    .action(async (options: PostgresOptions) => {
      const { servePostgres } = await import('../postgres/serve-postgres.ts');
      await servePostgres(options);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError('A port is 1 to 65535.');
  return port;
}
