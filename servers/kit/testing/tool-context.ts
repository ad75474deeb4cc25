import { readableLog } from '../../../test/support/log-lines.ts';
import type { Log } from '../../../core/log.ts';
import type { ToolCallContext } from '../call-context.ts';
import { silentSide } from '../client/client-side.ts';

interface Options extends Partial<Omit<ToolCallContext, 'identity' | 'log'>> {
  readonly subject?: string;
  readonly scopes?: readonly string[];
  readonly log?: Log;
}

/** The context of a handler that is called without a server: a quiet client, nothing kept, 10 s of time unless told. */
export function toolContext({
  subject,
  scopes = [],
  log = readableLog().log,
  ...given
}: Options = {}): ToolCallContext {
  const { client, once } = silentSide();
  return {
    identity: { ...(subject !== undefined && { subject }), scopes },
    signal: AbortSignal.timeout(10_000),
    log,
    progress: () => {},
    client,
    once,
    artifacts: { keep: async () => undefined },
    ...given,
  };
}
