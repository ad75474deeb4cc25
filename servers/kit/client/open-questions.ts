import { randomUUID } from 'node:crypto';
import type { InputRequest, JSONRPCRequest } from '@modelcontextprotocol/server';
import { ToolFailure } from '../tool-failure.ts';

/** Milliseconds that a person, or a model, has for an answer: as long as the SDKs give them. */
const PATIENCE_MS = 600_000;

/** Questions of the legacy era: they go out on the stream of a call, and their answers come in by requests of their own. */
export interface OpenQuestions {
  /**
   * Sends the question to this caller and resolves with the answer. Throws a `ToolFailure` where the client refuses or is
   * silent, and the signal's reason when it aborts.
   */
  ask(
    caller: string,
    question: InputRequest,
    send: (request: JSONRPCRequest) => Promise<void>,
    signal: AbortSignal,
  ): Promise<unknown>;
  /** Whether the message answered an open question of this caller. */
  answer(caller: string, message: unknown): boolean;
}

interface Open {
  readonly caller: string;
  readonly answered: (message: Answer) => void;
}

interface Answer {
  readonly id: string;
  readonly result?: unknown;
  readonly error?: { readonly message?: unknown };
}

export function openQuestions(patienceMs = PATIENCE_MS): OpenQuestions {
  const open = new Map<string, Open>();
  return {
    async ask(caller, { method, params }, send, signal) {
      // Ids of different calls must not be mixed up, nor be guessed by another caller.
      const id = randomUUID();
      const answer = Promise.withResolvers<Answer>();
      const giveUp = (): void => answer.reject(signal.reason as Error);
      const timer = setTimeout(() => answer.reject(silent()), patienceMs);
      signal.addEventListener('abort', giveUp, { once: true });
      open.set(id, { caller, answered: answer.resolve });
      try {
        signal.throwIfAborted();
        await send({ jsonrpc: '2.0', id, method, params: withElicitationId(params, id) });
        const { result, error } = await answer.promise;
        if (error === undefined) return result;
        throw new ToolFailure(
          `The client refused a question: ${typeof error.message === 'string' ? error.message : 'it gave no reason'}`,
        );
      } finally {
        open.delete(id);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      }
    },

    answer(caller, message) {
      if (!isAnswer(message)) return false;
      const question = open.get(message.id);
      // Another caller's answer is no answer.
      if (question?.caller !== caller) return false;
      open.delete(message.id);
      question.answered(message);
      return true;
    },
  };
}

const silent = (): ToolFailure =>
  new ToolFailure('Nobody answered in time. Call the tool again when somebody is there to answer.');

/** 2025-11-25 wants it with questions that are a URL; the era after it dropped it. */
const withElicitationId = (params: InputRequest['params'], id: string): Record<string, unknown> => ({
  ...params,
  ...(params !== undefined && 'mode' in params && params['mode'] === 'url' && { elicitationId: id }),
});

const isAnswer = (message: unknown): message is Answer =>
  typeof message === 'object' &&
  message !== null &&
  'id' in message &&
  typeof message.id === 'string' &&
  !('method' in message) &&
  ('result' in message || 'error' in message);
