/** Looks something up when it is first wanted, and keeps the answer; a failure too. Arguments count for the first time only. */
export function lazily<Arguments extends readonly unknown[], Result>(
  look: (...given: Arguments) => Promise<Result>,
): (...given: Arguments) => Promise<Result> {
  let found: Promise<Result> | undefined;
  return async (...given) => (found ??= look(...given));
}
