const METHODS = ['debug', 'log', 'info', 'warn', 'error'] as const;

/**
 * Does something while `console` writes nothing: libraries of MCP tell there what strangers wrote, as it is, and some of it on stdout, where
 * our results go. We ourselves never use it.
 */
export function quietly<Result>(work: () => Result): Result {
  const before = METHODS.map((method) => [method, console[method]] as const);
  const restore = (): void => {
    for (const [method, write] of before) console[method] = write;
  };
  for (const method of METHODS) console[method] = () => {};
  let result: Result;
  try {
    result = work();
  } catch (error) {
    restore();
    throw error;
  }
  if (!(result instanceof Promise)) {
    restore();
    return result;
  }
  return result.finally(restore) as Result;
}
