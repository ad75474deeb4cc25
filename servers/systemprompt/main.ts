import { startProcessGuard } from '../../core/process-guard.ts';
import { artifactStore, callSlots, createLog, createServer, serverDatabase, type RunningServer } from '../kit/index.ts';
import type { RunLimits } from './runs/run-program.ts';
import { settingsOf } from './settings.ts';
import type { SystempromptServices } from './systemprompt-services.ts';
import { systemprompt, systempromptAdmin } from './tools/systemprompt.ts';

/** A minute is what clients wait for; 1 MiB is what an artifact may have; `mooring` itself is one process, and others start a few. */
const LIMITS: RunLimits = { time: 60_000, output: 1024 * 1024, processes: 32 };

/** Each run is a process of some 80 MB: so many fit beside the server on a small machine. */
const SLOTS = { all: 4, person: 2 };

export interface SystempromptOptions {
  /** For tests. */
  readonly limits?: Partial<RunLimits>;
  /** Program and first arguments of the `mooring` to run. Default: the one that runs this server. */
  readonly mooring?: SystempromptServices['mooring'];
}

/**
 * Starts systemprompt on the database that `DATABASE_URL` names. It answers before the database does. Throws a `Failure`
 * (`bad_environment`, `port_in_use`, `cannot_listen`).
 */
export async function startSystemprompt(
  env: NodeJS.ProcessEnv = process.env,
  { limits, mooring = ownProgram() }: SystempromptOptions = {},
): Promise<RunningServer> {
  const log = createLog('systemprompt');
  const settings = settingsOf(env);
  const database = serverDatabase(env, { migrations: {}, artifacts: true, log });
  const guard = startProcessGuard();
  const server = await createServer<SystempromptServices>(
    {
      name: 'systemprompt',
      title: 'systemprompt',
      version: '0.1.0',
      instructions:
        'Runs commands of the platform as the person who calls: systemprompt {"args":["list","-o","json"]} shows what there is, ' +
        '["doctor"] what is wrong. What is not allowed is refused with what is.',
      tools: [systemprompt, systempromptAdmin],
      services: { settings, mooring, guard, slots: callSlots(SLOTS), limits: { ...LIMITS, ...limits } },
      artifacts: artifactStore(database),
      ready: async () => database.ready(),
      close: async () => {
        await guard.stop();
        await database.close();
      },
      log,
    },
    env,
  );
  database.start();
  return server;
}

/** Node with its flags and the script that it runs: the same `mooring`, of the same version. */
const ownProgram = (): SystempromptServices['mooring'] => [
  process.execPath,
  ...process.execArgv,
  process.argv[1] ?? '',
];
