import type { Cause } from './causes.ts';
import type { LinkName } from './link.ts';
import { OPERATOR_REASONS } from './operator-reasons.ts';

/** One reason of the operator stands for several causes of ours: its words tell them apart (a test compares them with the operator's). */
const WORDS: readonly (readonly [RegExp, Cause])[] = [
  [/no answer came in time/, 'Timeout'],
  [/nothing listens/i, 'ConnectionRefused'],
];
const WORDED: ReadonlySet<string> = new Set(['NoAnswer', 'NotAnswering', 'RemoteUnreachable']);

/** Where a reason belongs; what a newer operator says and we do not know is told where things run. */
export function placeOf(reason: string, message: string): { readonly link: LinkName; readonly cause: string } {
  const { link, cause } = OPERATOR_REASONS.get(reason) ?? {
    link: reason.startsWith('Invalid') ? 'accepted' : 'process',
  };
  const worded = WORDED.has(reason) ? WORDS.find(([words]) => words.test(message))?.[1] : undefined;
  return { link, cause: cause ?? worded ?? reason };
}
