import { FetchProblem } from './fetch-problem.ts';
import type { WebFetcher } from './fetch-page.ts';
import { ALLOWS_ALL, ALLOWS_NOTHING, parseRobots, type Robots } from './robots.ts';

/** Bytes; "at least 500 kibibytes" (RFC 9309 section 2.5). */
const MAX_BYTES = 500 * 1024;
/** Milliseconds; "SHOULD NOT use the cached version for more than 24 hours" (section 2.4), and a site that was away is asked again soon. */
const KEEP_MS = 3_600_000;
const KEEP_PROBLEM_MS = 60_000;
/** Sites that are remembered, with some KB each. */
const MAX_SITES = 500;

interface Known {
  readonly robots: Robots;
  /** `performance.now()`. */
  readonly until: number;
}

/** Rejects with a FetchProblem where robots.txt of a site does not want us to fetch this URL. */
export type RobotsGate = (url: URL, signal: AbortSignal) => Promise<void>;

export function robotsGate(fetcher: WebFetcher): RobotsGate {
  const sites = new Map<string, Known>();

  async function ask(origin: string, signal: AbortSignal): Promise<Known> {
    const now = performance.now();
    try {
      const { status, bytes } = await fetcher.get(new URL('/robots.txt', origin), {
        signal,
        maxBytes: MAX_BYTES,
        cut: true,
      });
      // Section 2.3.1: none there means no rules; a server in trouble means "complete disallow".
      if (status >= 500) return { robots: ALLOWS_NOTHING, until: now + KEEP_PROBLEM_MS };
      const robots = status >= 400 ? ALLOWS_ALL : parseRobots(new TextDecoder().decode(bytes));
      return { robots, until: now + KEEP_MS };
    } catch (error) {
      if (!(error instanceof FetchProblem)) throw error;
      throw new FetchProblem(`its robots.txt could not be read: ${error.message}`, { cause: error });
    }
  }

  return async ({ origin, pathname, search }, signal) => {
    let known = sites.get(origin);
    if (!known || known.until < performance.now()) {
      known = await ask(origin, signal);
      sites.delete(origin);
      sites.set(origin, known);
      const [oldest] = sites.keys();
      if (sites.size > MAX_SITES && oldest !== undefined) sites.delete(oldest);
    }
    if (!known.robots.allows(pathname + search))
      throw new FetchProblem('its robots.txt does not want it to be fetched');
  };
}
