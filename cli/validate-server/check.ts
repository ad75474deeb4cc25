import { oneLine } from '../output/harmless.ts';

/** What was looked at in a server, and how it is; `-o json` shows it as it is. */
export interface Check {
  readonly name: string;
  readonly result: 'passed' | 'warning' | 'failed';
  readonly message: string;
}

/** Findings that are told one by one; more are counted. */
const MAX_TOLD = 5;

/** Characters of a message: a server chooses much of it. */
const MAX_MESSAGE = 1000;

export const check = (name: string, result: Check['result'], message: string): Check => ({
  name,
  result,
  message: oneLine(message, MAX_MESSAGE),
});

/** Passed with `good` where nothing was found; else `bad` and the findings. */
export function checkFindings(
  name: string,
  findings: readonly string[],
  good: string,
  bad: Exclude<Check['result'], 'passed'> = 'failed',
): Check {
  if (findings.length === 0) return check(name, 'passed', good);
  const more = findings.length - MAX_TOLD;
  const told = findings.slice(0, MAX_TOLD).join('; ');
  return check(name, bad, more > 0 ? `${told}; and ${more} more` : told);
}
