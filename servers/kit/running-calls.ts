import type { RequestId } from '@modelcontextprotocol/server';

/** Calls of the legacy era that their client may cancel, by a notification that comes with a request of its own. */
export interface RunningCalls {
  /** `work` gets a signal that aborts when the client cancels the request. */
  run<Result>(caller: string, id: RequestId, work: (cancelled: AbortSignal) => Promise<Result>): Promise<Result>;
  /** Whether there was such a call. */
  cancel(caller: string, message: unknown): boolean;
}

export function runningCalls(): RunningCalls {
  const running = new Map<string, Set<AbortController>>();
  const key = (caller: string, id: unknown): string => JSON.stringify([caller, id]);
  return {
    async run(caller, id, work) {
      const name = key(caller, id);
      const cancel = new AbortController();
      const namesakes = running.get(name) ?? new Set();
      running.set(name, namesakes.add(cancel));
      try {
        return await work(cancel.signal);
      } finally {
        namesakes.delete(cancel);
        if (namesakes.size === 0) running.delete(name);
      }
    },
    cancel(caller, message) {
      const [call, another] = running.get(key(caller, cancelledId(message))) ?? [];
      // Two connections of one person may number alike: better none is cancelled than the wrong one.
      if (call === undefined || another !== undefined) return false;
      call.abort();
      return true;
    },
  };
}

function cancelledId(message: unknown): unknown {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { requestId?: unknown } };
  return method === 'notifications/cancelled' ? params?.requestId : undefined;
}
