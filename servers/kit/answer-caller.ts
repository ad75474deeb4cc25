import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server';
import type { CallContext } from './call-context.ts';
import { explainError } from './explain-error.ts';
import { requireScopes } from './require-scopes.ts';
import type { Callee, Outcome } from './server-metrics.ts';

/** What is asked for: a resource or a prompt, whose failures are errors of the protocol. Tools answer theirs as results. */
export interface Asked extends Callee {
  readonly scopes?: readonly string[] | undefined;
  readonly observe: (outcome: Outcome) => void;
}

/** Does the work for a caller who has the scopes. Throws a `ProtocolError` that the caller may read. */
export async function answerCaller<Result>(
  { kind, name, scopes, observe }: Asked,
  context: CallContext,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    requireScopes(scopes, context.identity);
    const result = await work();
    observe('ok');
    return result;
  } catch (error) {
    if (error instanceof ProtocolError) {
      observe('failed');
      throw error;
    }
    const { outcome, message } = explainError(error, { [kind]: name }, context);
    observe(outcome);
    throw new ProtocolError(
      outcome === 'bug' ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams,
      message,
    );
  }
}
