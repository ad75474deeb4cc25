/** Deeper than any PodTemplateSpec (about 12), and shallow enough for what walks through it by recursion. */
export const MAX_DEPTH = 64;

/** Whether objects and lists are nested in the value more than `depth` times. */
export const deeperThan = (value: unknown, depth: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (depth === 0 || Object.values(value).some((child) => deeperThan(child, depth - 1)));
