import { areTablesGone, isDatabaseAway } from '../../core/database-away.ts';
import { Failure } from '../../core/failure.ts';
import type { CallContext } from './call-context.ts';
import { databaseAway } from './database-away.ts';
import type { Outcome } from './server-metrics.ts';
import { ToolFailure } from './tool-failure.ts';

/** What the caller may read of an error. */
export interface Explanation {
  readonly outcome: Exclude<Outcome, 'ok' | 'asked'>;
  readonly message: string;
}

/** Explains what a handler threw to the caller; the log gets the rest. `what` names the tool, resource or prompt. */
export function explainError(error: unknown, what: object, { log, signal }: CallContext): Explanation {
  if (error instanceof ToolFailure) {
    // Its words are for who called, and may repeat theirs: whoever may read the log is not always them.
    log.info(what, 'call failed');
    log.debug({ ...what, reason: error.message }, 'why the call failed');
    return { outcome: 'failed', message: error.message };
  }
  if (signal.aborted) {
    log.info(what, 'call cancelled');
    return { outcome: 'cancelled', message: 'The call was cancelled.' };
  }
  const { id, code, message, detail, cause } = asFailure(error);
  log.error({ ...what, id, code, detail, err: cause ?? error }, 'call');
  return { outcome: 'bug', message: `${message} (error id ${id})` };
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isDatabaseAway(error) || areTablesGone(error)) return databaseAway(error);
  return new Failure('internal_error', 'The server met a bug. Report the error id to who runs it.', { cause: error });
}
