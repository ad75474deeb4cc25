import { artifactStore, createLog, createServer, serverDatabase, type RunningServer } from '../kit/index.ts';
import { about } from './tools/about.ts';

/**
 * Starts systemprompt on the database that `DATABASE_URL` names. It answers before the database does. Throws a `Failure`
 * (`bad_environment`, `port_in_use`, `cannot_listen`).
 */
export async function startSystemprompt(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const log = createLog('systemprompt');
  const database = serverDatabase(env, { migrations: {}, artifacts: true, log });
  const server = await createServer(
    {
      name: 'systemprompt',
      title: 'systemprompt',
      version: '0.1.0',
      instructions: 'Tells what this Mooring runs on.',
      tools: [about],
      services: {},
      artifacts: artifactStore(database),
      ready: async () => database.ready(),
      close: async () => database.close(),
      log,
    },
    env,
  );
  database.start();
  return server;
}
