import type { Log } from '../core/log.ts';
import { announce } from './announce.ts';
import { doubling } from './backoff.ts';
import type { SignIdentity } from './discovery.ts';
import { openPublicNames } from './names.ts';
import type { Platform } from './platform.ts';
import type { ProbeTimes } from './probe.ts';
import { startProbes } from './probes.ts';
import { reconcile, type OperatorSource, type World } from './reconcile.ts';
import { startWorkQueue, type QueueObserver } from './work-queue.ts';

export interface OperatorOptions<Wanted> {
  readonly source: OperatorSource;
  readonly platform: Platform<Wanted>;
  /** Origin of the gateway, as it is now. */
  readonly publicUrl: () => string;
  /** Signs as `mooring:operator` (core/identity-token.ts). */
  readonly identity: SignIdentity;
  readonly log: Log;
  readonly observer?: QueueObserver;
  /** Told of each status that was written and differs from the one before, beside the log. Must not throw. */
  readonly onStatus?: World<Wanted>['onStatus'];
  /** For tests: waiting for a server to hang takes a minute. */
  readonly probeTimes?: ProbeTimes;
}

export interface Operator {
  /** Reconciles every server: call it when something outside has changed (the public URL). */
  refresh(): void;
  /** Servers that wait for their reconcile. */
  depth(): number;
  /** Stops acting. The platform is not the operator's: stop it afterwards. */
  stop(): Promise<void>;
}

/** One reconcile waits only for files and for its own status write, so a few at a time keep up with thousands of servers. */
export const WORKERS = 8;

/** Milliseconds: a lock or a full disk is over in moments, or not soon. */
const RETRY = doubling(200, 30_000);

/** Follows a source of McpServers and makes them true on a platform. */
export function startOperator<Wanted>(options: OperatorOptions<Wanted>): Operator {
  const { source, platform, publicUrl, identity, log, observer, onStatus, probeTimes } = options;
  const names = openPublicNames(source);
  const probes = startProbes({
    sign: identity,
    // A pod that has answered takes traffic before other servers are made.
    onChange: (uid) => queue.add(uid, 'urgent'),
    ...(probeTimes && { times: probeTimes }),
  });
  const world: World<Wanted> = {
    source,
    names,
    platform,
    probes,
    judged: new Set(),
    publicUrl,
    onStatus(server, status) {
      announce(log, server, status);
      onStatus?.(server, status);
    },
  };
  const queue = startWorkQueue({
    work: async (uid) => reconcile(uid, world),
    workers: WORKERS,
    backoff: RETRY,
    observer,
    onTransient: (uid, error, retryAfterMs) =>
      log.error({ err: error, uid, retryAfterMs }, 'reconcile failed, it is tried again'),
  });

  const refresh = (): void => {
    for (const { metadata } of source.list()) queue.add(metadata.uid);
  };
  const unsubscribe = [
    source.onChange((uid) => {
      for (const rival of names.note(uid)) queue.add(rival);
      queue.add(uid);
    }),
    platform.onChange((uid) => queue.add(uid)),
  ];
  refresh();

  return {
    refresh,
    depth: () => queue.depth(),
    async stop() {
      for (const stop of unsubscribe) stop();
      // In this order: a reconcile that is under way may still begin to ask.
      await queue.stop();
      await probes.stop();
    },
  };
}
