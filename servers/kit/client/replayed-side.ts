import { inputRequired, type InputRequest } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ToolFailure } from '../tool-failure.ts';
import type { ClientAbilities } from './client-abilities.ts';
import type { ClientSide } from './client-side.ts';
import { askClient } from './question.ts';
import type { Seal } from './seal.ts';

/** Milliseconds that the state of a call is good: as long as an answer may take in the other era, and the way back. */
const LIFE_MS = 660_000;
/** Characters of a sealed state: with the arguments of the call it fits into the body that the gateway lets through (4 MiB). */
const MAX_STATE = 1024 * 1024;

/** What a call knows when it is run again. */
const State = z.object({
  /** Milliseconds since 1970. */
  until: z.number(),
  answers: z.record(z.string(), z.unknown()),
  asked: z.array(z.string()),
  values: z.record(z.string(), z.unknown()),
});

/** A call of the 2026-07-28 era. */
export interface ReplayedCall {
  readonly abilities: ClientAbilities;
  /** Who calls what with which arguments: a state is good for exactly that. */
  readonly context: string;
  readonly state: string | undefined;
  readonly responses: Readonly<Record<string, unknown>>;
}

/**
 * 2026-07-28: a question ends this run of the handler and becomes the result of the call; the client calls again with the
 * answer and with what we knew (MCP, "Multi Round-Trip Requests").
 */
export function replayedSide({ abilities, context, state, responses }: ReplayedCall, seal: Seal): ClientSide {
  const known = state === undefined ? undefined : opened(seal.open(state, context));
  // Only what was asked counts: an answer cannot come before its question.
  const fresh = Object.entries(responses).filter(([key]) => known?.asked.includes(key));
  const answers = new Map([...Object.entries(known?.answers ?? {}), ...fresh]);
  const values = new Map(Object.entries(known?.values ?? {}));
  const making = new Map<string, Promise<unknown>>();
  const asked = new Map<string, InputRequest>();

  const close = (): string => {
    const next: z.input<typeof State> = {
      until: Date.now() + LIFE_MS,
      answers: Object.fromEntries(answers),
      asked: [...asked.keys()],
      values: Object.fromEntries(values),
    };
    const sealed = seal.close(next, context);
    if (sealed.length <= MAX_STATE) return sealed;
    throw new Error(`the state of the call has ${sealed.length} characters; keep large values elsewhere`);
  };
  return {
    client: askClient(abilities, async (key, { request, read }) => {
      if (answers.has(key)) return read(answers.get(key));
      asked.set(key, request);
      // Unwinds the handler; what becomes of it is of no account (`asked`).
      throw new Error(`waits for the client's answer to ${key}`);
    }),
    once: async <Value>(key: string, make: () => Promise<Value>) => {
      if (values.has(key)) return values.get(key) as Value;
      const value = making.get(key) ?? make().then((made) => (values.set(key, made), made));
      making.set(key, value);
      return value as Promise<Value>;
    },
    asked: async () => {
      if (asked.size === 0) return undefined;
      // What began before the question ends before its state is closed.
      await Promise.allSettled(making.values());
      return inputRequired({ inputRequests: Object.fromEntries(asked), requestState: close() });
    },
  };
}

function opened(state: unknown): z.output<typeof State> {
  const parsed = State.safeParse(state);
  if (parsed.success && parsed.data.until > Date.now()) return parsed.data;
  throw new ToolFailure(
    'This answer came too late, or belongs to another call. Call the tool again from the beginning.',
  );
}
