import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { Identity } from '../../core/identity-token.ts';
import { createLog } from '../../core/log.ts';
import { listenHttp } from './http-listener.ts';
import { followIdentityKeys } from './identity-keys.ts';
import { inFlight } from './in-flight.ts';
import { requireIdentity } from './require-identity.ts';
import { routes } from './routes.ts';
import { sdkServerFor } from './sdk-server.ts';
import type { ServerDefinition } from './server-definition.ts';
import { serverEnvironment } from './server-environment.ts';
import { stopOnSignal } from './stop-on-signal.ts';

const GRACE_MS = 25_000;
/** Milliseconds for the last answers to reach their clients. */
const FLUSH_MS = 1000;

export interface RunningServer {
  /** `http://<host>:<port>`; MCP is served below it on `/mcp`. */
  readonly url: string;
  /** Takes no new connections, lets calls end (for `graceMs` at most), closes the services. */
  stop(): Promise<void>;
}

/**
 * Starts an MCP server that is reached through a Mooring gateway only: both protocol eras on `/mcp`, without sessions;
 * `/healthz` while it runs, `/readyz` while its tools can work. It stops on SIGTERM and SIGINT. Where to listen and whom to
 * trust comes from the environment that Mooring gives (server-environment.ts).
 */
export async function createServer<Services extends object>(
  definition: ServerDefinition<Services>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RunningServer> {
  const { log = createLog(definition.name), ready, close, graceMs = GRACE_MS } = definition;
  const { host, port, server, identityJwks } = serverEnvironment(env);
  const keys = followIdentityKeys(identityJwks, log);
  const calls = inFlight();
  const sdkServer = sdkServerFor(definition, log, calls);
  const mcp = createMcpHandler(({ authInfo }) => sdkServer(authInfo?.extra?.['identity'] as Identity), {
    onerror: (error) => log.debug({ err: error }, 'refused by the protocol'),
  });
  const answer = routes({
    mcp,
    identify: requireIdentity(server, keys),
    ready: async () => {
      if ((await keys.current()).length === 0) throw new Error('no identity keys yet');
      await ready?.();
    },
    host,
    log,
  });
  const listener = await listenHttp(answer, { host, port });
  log.info({ url: listener.url, server }, 'listening');

  const shutDown = async (): Promise<void> => {
    log.info('stopping');
    const drained = listener.drain();
    await atMost(graceMs, calls.settled());
    // A result is handed to its HTTP response within the turn in which the call ended.
    await setImmediate();
    await mcp.close();
    await atMost(FLUSH_MS, drained);
    listener.destroy();
    await close?.();
    log.info('stopped');
  };
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => (stopped ??= shutDown().finally(forgetSignals));
  const forgetSignals = stopOnSignal(stop);
  return { url: listener.url, stop };
}

const atMost = async (milliseconds: number, work: Promise<unknown>): Promise<unknown> =>
  Promise.race([work, sleep(milliseconds, undefined, { ref: false })]);
