import { artifactStore, createLog, createServer, serverDatabase, type RunningServer } from '../kit/index.ts';
import { measureText } from './tools/measure-text.ts';

/**
 * Starts the content manager on the database that `DATABASE_URL` names. It answers before the database does. Throws a
 * `Failure` (`bad_environment`, `port_in_use`, `cannot_listen`).
 */
export async function startContentManager(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const log = createLog('content-manager');
  const database = serverDatabase(env, { migrations: {}, artifacts: true, log });
  const server = await createServer(
    {
      name: 'content-manager',
      title: 'Content manager',
      version: '0.1.0',
      instructions: 'Measures texts before they are published.',
      tools: [measureText],
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
