import { setTimeout as sleep } from 'node:timers/promises';
import type { McpServer } from '../../crds/mcpserver.ts';
import { CredentialsProblem, type RemoteCredentials } from './remote-credentials.ts';

/** Milliseconds. */
export interface CacheTimes {
  /** Used without a question; so late does a new value take effect. */
  readonly freshMs: number;
  /** The same of a problem, for whose end somebody waits. */
  readonly problemMs: number;
  /** Used at once while it is asked for anew. Older ones wait for the answer, */
  readonly staleMs: number;
  /** so long; then the old value is better than none: the API server is away. */
  readonly patienceMs: number;
}

const TIMES: CacheTimes = { freshMs: 10_000, problemMs: 1000, staleMs: 60_000, patienceMs: 1000 };

/** Servers whose credentials are kept. A bundle of certificates has some KB, so it is some MB at most. */
const MAX_ENTRIES = 1000;

type Outcome<Value> = { readonly value: Value } | { readonly problem: CredentialsProblem };

interface Entry<Value> {
  /** Of what it was read for: generation and URL. */
  readonly version: string;
  outcome: Outcome<Value>;
  /** `performance.now()`. */
  readAt: number;
  reading?: Promise<void> | undefined;
}

/** Keeps what was read in memory, so that most requests wait for nobody, and the API server may be away. */
export function cachedCredentials(credentials: RemoteCredentials, times: CacheTimes = TIMES): RemoteCredentials {
  return {
    headers: cached(async (server) => credentials.headers(server), times),
    ca: cached(async (server) => credentials.ca(server), times),
  };
}

function cached<Value>(
  read: (server: McpServer) => Promise<Value>,
  times: CacheTimes,
): (server: McpServer) => Promise<Value> {
  const entries = new Map<string, Entry<Value>>();

  async function outcomeOf(server: McpServer): Promise<Outcome<Value>> {
    try {
      return { value: await read(server) };
    } catch (error) {
      if (error instanceof CredentialsProblem) return { problem: error };
      throw error;
    }
  }

  async function renew(entry: Entry<Value>, server: McpServer): Promise<void> {
    try {
      entry.outcome = await outcomeOf(server);
      entry.readAt = performance.now();
    } catch {
      // The old one stays; the next request asks again.
    } finally {
      entry.reading = undefined;
    }
  }

  return async (server) => {
    const { uid, generation } = server.metadata;
    const version = `${generation} ${server.spec.remote?.url}`;
    const known = entries.get(uid);
    if (known?.version !== version) {
      const entry: Entry<Value> = { version, outcome: await outcomeOf(server), readAt: performance.now() };
      entries.delete(uid);
      entries.set(uid, entry);
      const [oldest] = entries.keys();
      if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
      return unwrap(entry.outcome);
    }
    const age = performance.now() - known.readAt;
    if (age < ('problem' in known.outcome ? times.problemMs : times.freshMs)) return unwrap(known.outcome);
    known.reading ??= renew(known, server);
    if ('problem' in known.outcome || age >= times.staleMs)
      await Promise.race([known.reading, sleep(times.patienceMs)]);
    return unwrap(known.outcome);
  };
}

function unwrap<Value>(outcome: Outcome<Value>): Value {
  if ('problem' in outcome) throw outcome.problem;
  return outcome.value;
}
