import type { InputRequiredResult } from '@modelcontextprotocol/server';
import type { ClientContext } from '../call-context.ts';
import { NO_ABILITIES } from './client-abilities.ts';
import { askClient } from './question.ts';

/** How one call reaches its client. */
export interface ClientSide extends ClientContext {
  /** What the client is asked before the call can go on: then that is its result, whatever the handler did since. */
  readonly asked: () => Promise<InputRequiredResult | undefined>;
}

/** Of a call whose tool asks nothing. */
export const silentSide = (): ClientSide => ({
  client: askClient(NO_ABILITIES, async () => Promise.reject(new Error('nobody can be asked'))),
  once: onceInThisRun(),
  asked: async () => undefined,
});

/** `once` where a handler is run one time only. */
export function onceInThisRun(): ClientContext['once'] {
  const values = new Map<string, Promise<unknown>>();
  return async <Value>(key: string, make: () => Promise<Value>) => {
    const value = values.get(key) ?? make();
    values.set(key, value);
    return value as Promise<Value>;
  };
}
