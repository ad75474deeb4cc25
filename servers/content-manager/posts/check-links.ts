import { FetchProblem } from '../web/fetch-problem.ts';
import type { WebFetcher } from '../web/fetch-page.ts';
import type { RobotsGate } from '../web/robots-gate.ts';
import type { PostProblem } from './review.ts';

/** Links that are looked at, at once: a post with more is a list of links. */
const MAX_LINKS = 20;
/** Bytes that are read of what a link leads to: only the status matters. */
const ENOUGH = 1024;

/** What is wrong with the links of a post: dead ones are errors, those that cannot be checked warnings. */
export type LinkChecker = (links: readonly string[], signal: AbortSignal) => Promise<PostProblem[]>;

export function linkChecker(fetcher: WebFetcher, mayFetch: RobotsGate): LinkChecker {
  async function check(link: string, signal: AbortSignal): Promise<PostProblem | undefined> {
    try {
      const { status } = await fetcher.get(new URL(link), {
        signal,
        maxBytes: ENOUGH,
        cut: true,
        mayFetch: async (url) => mayFetch(url, signal),
      });
      if (status === 404 || status === 410)
        return { level: 'error', message: `${link} is dead: HTTP status ${status}.` };
      if (status >= 400) return { level: 'warning', message: `${link} could not be checked: HTTP status ${status}.` };
      return undefined;
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error;
      return { level: 'warning', message: `${link} could not be checked: ${error.message}.` };
    }
  }

  return async (links, signal) => {
    const found = await Promise.all(links.slice(0, MAX_LINKS).map(async (link) => check(link, signal)));
    const rest = links.length - MAX_LINKS;
    return [
      ...found.filter((problem) => problem !== undefined),
      ...(rest > 0 ? [{ level: 'warning' as const, message: `${rest} more links were not checked.` }] : []),
    ];
  };
}
