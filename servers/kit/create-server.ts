import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { createMcpHandler } from '@modelcontextprotocol/server';
import type { DrainTimes } from '../../core/http-drain.ts';
import { createLog, type Log } from '../../core/log.ts';
import type { ArtifactStore } from './artifacts/artifact-store.ts';
import type { Caller } from './caller.ts';
import { openQuestions } from './client/open-questions.ts';
import { createSeal, sharedSecret } from './client/seal.ts';
import { listenHttp } from './http-listener.ts';
import { followIdentityKeys } from './identity-keys.ts';
import { inFlight } from './in-flight.ts';
import { legacyMessages } from './legacy-messages.ts';
import { answerPage } from './page-routes.ts';
import { requireIdentity } from './require-identity.ts';
import { routes } from './routes.ts';
import { runningCalls } from './running-calls.ts';
import { sdkServerFor } from './sdk-server.ts';
import type { ServerDefinition } from './server-definition.ts';
import { isLoopback, serverEnvironment } from './server-environment.ts';
import { type Callee, serverMetrics } from './server-metrics.ts';
import type { ServerParts } from './server-parts.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** Milliseconds for calls under way: with what comes before and after it less than the 30 s that a pod has. */
const GRACE_MS = 25_000;
/**
 * The gateway is told before us that we leave, and renews its connections every 2 s: what it had sent by then is here within
 * a moment, and after 3 s nothing comes on a connection of before. On one machine the moment is short.
 */
const drainTimes = (host: string): DrainTimes => ({ quietMs: isLoopback(host) ? 20 : 250, mostMs: 3000 });
/** Milliseconds between two looks for artifacts that have expired: nobody can read them meanwhile. */
const SWEEP_EVERY_MS = 3_600_000;
/** Milliseconds for the last answers to reach their clients. */
const FLUSH_MS = 1000;

export interface RunningServer {
  /** `http://<host>:<port>`; MCP is served below it on `/mcp`. */
  readonly url: string;
  /** Serves what still comes, lets calls end (for `graceMs` at most), ends streams, closes the services. */
  stop(): Promise<void>;
}

/**
 * Starts an MCP server that is reached through a Mooring gateway only: both protocol eras on `/mcp`, without sessions;
 * `/healthz` while it runs, `/readyz` while its tools can work, `/metrics`. It stops on SIGTERM and SIGINT. Where to listen and whom to
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
  const metrics = serverMetrics(calleesOf(definition));
  const parts: ServerParts<Services> = {
    definition,
    log,
    calls,
    running: runningCalls(),
    questions: openQuestions(),
    seal: createSeal(sharedSecret(env)),
    metrics,
  };
  const sdkServer = sdkServerFor(parts);
  const mcp = createMcpHandler(
    ({ authInfo, era }) => sdkServer({ caller: authInfo?.extra?.['caller'] as Caller, era }),
    {
      onerror: (error) => log.debug({ err: error }, 'refused by the protocol'),
    },
  );
  const answer = routes({
    mcp,
    identify: requireIdentity(server, keys),
    legacy: legacyMessages(parts),
    page: async (identity, request, readBody) =>
      answerPage({ pages: definition.pages ?? [], services: definition.services, log }, identity, request, readBody),
    metrics,
    ready: async () => {
      if ((await keys.current()).length === 0) throw new Error('no identity keys yet');
      await ready?.();
    },
    host,
    log,
  });
  const listener = await listenHttp(answer, { host, port });
  log.info({ url: listener.url, server }, 'listening');
  const sweeping = sweepArtifacts(definition.artifacts, log);

  /** A streamed answer that began before our end said that the connection stays: one more request follows it. */
  const lastCalls = async (times: DrainTimes): Promise<void> => {
    await calls.settled();
    await listener.untilQuiet(times);
    await calls.settled();
  };
  const shutDown = async (): Promise<void> => {
    log.info('stopping');
    clearInterval(sweeping);
    const times = drainTimes(host);
    await listener.untilQuiet(times);
    const closed = listener.close(graceMs + FLUSH_MS);
    await atMost(graceMs, lastCalls(times));
    // A result is handed to its HTTP response within the turn in which the call ended.
    await setImmediate();
    await mcp.close();
    await atMost(FLUSH_MS, closed);
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

/** What the metrics count, from the start. */
const calleesOf = <Services extends object>({
  tools,
  resources = [],
  templates = [],
  prompts = [],
}: ServerDefinition<Services>): Callee[] => [
  ...tools.map(({ name }) => ({ kind: 'tool' as const, name })),
  ...[...resources, ...templates].map(({ name }) => ({ kind: 'resource' as const, name })),
  ...prompts.map(({ name }) => ({ kind: 'prompt' as const, name })),
];

function sweepArtifacts(store: ArtifactStore | undefined, log: Log): NodeJS.Timeout {
  const sweep = (): void => {
    store?.sweep().catch((error: unknown) => log.debug({ err: error }, 'expired artifacts are deleted later'));
  };
  return setInterval(sweep, SWEEP_EVERY_MS).unref();
}
