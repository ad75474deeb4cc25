import { oneLine } from '../output/harmless.ts';

/** What a word can become. */
export interface Candidate {
  readonly value: string;
  /** One line; may be empty. */
  readonly description: string;
}

/**
 * What a shell may put into a line that a person then runs, as it is: nothing that the shell would expand (a tool can be called `$(rm -rf ~)`), nothing
 * that looks like a flag, and none of the characters that end words for bash.
 */
const SAFE = /^[A-Za-z0-9_][\w./+-]{0,127}$/;

/** Longer ones leave no room for others beside them. */
const DESCRIPTION = 80;

/** A name that somebody else chose; nothing where no shell should be given it. */
export function foreignCandidate(value: string, description = ''): readonly Candidate[] {
  return SAFE.test(value) ? [{ value, description: oneLine(description, DESCRIPTION) }] : [];
}
