import type { McpServer, RequestId } from '@modelcontextprotocol/server';
import type { ClientAbilities } from './client-abilities.ts';
import { type ClientSide, onceInThisRun } from './client-side.ts';
import type { OpenQuestions } from './open-questions.ts';
import { askClient } from './question.ts';

/** A call of the legacy era. */
export interface LiveCall {
  readonly server: McpServer;
  readonly id: RequestId;
  readonly caller: string;
  readonly abilities: ClientAbilities;
  readonly signal: AbortSignal;
}

/** Legacy era: the handler waits for the answer, which goes by the stream of its call. */
export function liveSide({ server, id, caller, abilities, signal }: LiveCall, questions: OpenQuestions): ClientSide {
  return {
    client: askClient(abilities, async (_key, { request, read }) => {
      // The SDK would number it from 0 in each call and wait in this one; its answer comes by another.
      const answer = await questions.ask(
        caller,
        request,
        async (message) => server.server.transport?.send(message, { relatedRequestId: id }),
        signal,
      );
      return read(answer);
    }),
    once: onceInThisRun(),
    asked: async () => undefined,
  };
}
