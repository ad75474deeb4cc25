/** The innermost reason why a request got no answer: `fetch` wraps it, and where a name has several addresses there is one for each. */
export function networkErrorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.cause instanceof Error) return networkErrorCode(error.cause);
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return networkErrorCode(error.errors[0]);
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? error.message : error.name;
}
