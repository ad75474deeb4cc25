import { colour } from '../output/colour.ts';
import { table } from '../output/table.ts';
import type { Check } from './check.ts';

/** Each check with a sign that is read at a glance, and why. */
export const checkTable = (server: string, checks: readonly Check[]): string =>
  `${server}\n${table(checks.map(({ name, result, message }) => [`  ${SIGNS[result]()} ${name}`, message]))}`;

const SIGNS: Readonly<Record<Check['result'], () => string>> = {
  passed: () => colour('green', '✓'),
  warning: () => colour('yellow', '!'),
  failed: () => colour('red', '✗'),
};
