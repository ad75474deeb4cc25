import { abilitiesOf, sessionIdFor } from './client/client-abilities.ts';
import type { Caller } from './caller.ts';
import type { ServerParts } from './server-parts.ts';

/** What the legacy era says outside of calls, and the SDK's server of one request cannot know. */
export interface LegacyMessages {
  /** Whether this was the answer to a question, or ended a call. */
  take(caller: Caller, body: unknown): boolean;
  /** Headers for the answer to this message. */
  headers(body: unknown): Record<string, string>;
}

/** A session is given to clients that this server may ask something. It holds nothing: its id says what they can do. */
export function legacyMessages<Services extends object>({
  definition: { tools },
  questions,
  running,
}: ServerParts<Services>): LegacyMessages {
  const asks = tools.some(({ asksClient }) => asksClient === true);
  return {
    take: ({ key }, body) => questions.answer(key, body) || running.cancel(key, body),
    headers: (body) => {
      const { method, params } = (body ?? {}) as { method?: unknown; params?: { capabilities?: unknown } };
      const session = asks && method === 'initialize' ? sessionIdFor(abilitiesOf(params?.capabilities)) : undefined;
      return session === undefined ? {} : { 'mcp-session-id': session };
    },
  };
}
