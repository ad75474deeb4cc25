import { ToolFailure } from '../../kit/index.ts';
import type { ProviderSettings } from './provider-settings.ts';

/** Attempts after the first one, for what passes by itself: HTTP status 408, 409, 429, 5xx, and lost connections. */
export const MAX_RETRIES = 2;

/** What a provider does not answer, as its client library tells: `status` where it answered at all. */
interface Refusal {
  readonly status?: unknown;
}

/**
 * Asks a provider within its time. Throws a `ToolFailure` that says what to do, `otherwise` being what the caller can do by
 * itself. Words of the provider stay out of it: it may repeat the key, or orders that it found on pages.
 */
export async function askProvider<Answer>(
  { name, timeout }: ProviderSettings,
  { signal, otherwise }: { readonly signal: AbortSignal; readonly otherwise: string },
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const late = AbortSignal.timeout(timeout);
  try {
    return await ask(AbortSignal.any([signal, late]));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ToolFailure) throw new ToolFailure(`${error.message} ${otherwise}`);
    const problem = late.aborted ? `did not answer within ${timeout / 1000} s` : problemOf(error as Refusal);
    throw new ToolFailure(`The provider ${name} ${problem}. ${otherwise}`);
  }
}

function problemOf({ status }: Refusal): string {
  if (typeof status !== 'number') return 'could not be reached, or its answer could not be read';
  if (status === 401 || status === 403)
    return `refuses the key (HTTP status ${status}): the administrator has to correct it`;
  if (status === 404)
    return 'does not know the model or the address (HTTP status 404): the administrator has to correct it';
  if (status === 429) return 'has had too many calls, or its quota is used up (HTTP status 429): try again later';
  if (status >= 500) return `is in trouble (HTTP status ${status}): try again later`;
  return `did not take the call (HTTP status ${status}): the administrator has to check its settings`;
}
