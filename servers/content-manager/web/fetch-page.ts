import type { Agent, Response } from 'undici';
import { collectBytes } from '../../../core/byte-collector.ts';
import { TargetRefused } from '../../../core/remote/checked-lookup.ts';
import { FetchProblem } from './fetch-problem.ts';
import type { WebTargets } from './web-targets.ts';

/** Bytes of a page, after decompression: long articles have 100 KB; the median page of the HTTP Archive has 30 KB of HTML. */
const MAX_BYTES = 2 * 1024 * 1024;
/** Milliseconds for a page with its redirects. Who is slower would hold up all others. */
const MAX_MS = 15_000;
const CONNECT_MS = 5000;
/** As many as RFC 9309 section 2.3.1.2 follows for robots.txt; pages rarely need three. */
const MAX_REDIRECTS = 5;

/** Product token in robots.txt (RFC 9309 section 2.2.1), and the name in logs of web servers. */
export const PRODUCT = 'MooringContentManager';
const HEADERS = {
  'user-agent': `${PRODUCT}/0.1 (fetches single pages that a person asked for)`,
  accept: 'text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, text/plain;q=0.9, */*;q=0.1',
};

export interface WebPage {
  /** After redirects. */
  readonly url: string;
  readonly status: number;
  /** Lower case, with parameters; empty where the server does not say. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export interface FetchOptions {
  readonly signal: AbortSignal;
  /** Asked before each request, redirects too; throws to refuse. */
  readonly mayFetch?: (url: URL) => Promise<void>;
  readonly maxBytes?: number;
  /** What is longer is cut off instead of refused. */
  readonly cut?: boolean;
}

/** Fetches pages of strangers: from allowed addresses only, at every redirect, and no more than the limits. */
export interface WebFetcher {
  /** Rejects with a FetchProblem; with the reason of the signal where that aborts. Answers whatever the status is. */
  get(url: URL, options: FetchOptions): Promise<WebPage>;
  close(): Promise<void>;
}

export function webFetcher(targets: WebTargets): WebFetcher {
  let dispatcher: Agent | undefined;

  async function follow(start: URL, signal: AbortSignal, options: FetchOptions): Promise<WebPage> {
    // Only where pages are fetched: an idle server stays small.
    const { Agent: PageAgent, fetch } = await import('undici');
    dispatcher ??= new PageAgent({
      connect: { lookup: targets.lookup, timeout: CONNECT_MS },
      headersTimeout: MAX_MS,
      bodyTimeout: MAX_MS,
    });
    let url = start;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      targets.check(url);
      await options.mayFetch?.(url);
      const response = await fetch(url.href, { dispatcher, redirect: 'manual', headers: HEADERS, signal });
      const location = response.status >= 300 && response.status < 400 ? response.headers.get('location') : null;
      if (location === null) return await read(url, response, options);
      await response.body?.cancel();
      if (!URL.canParse(location, url.href)) throw new FetchProblem('it redirects to an address that is none');
      url = new URL(location, url);
    }
    throw new FetchProblem(`it redirects more than ${MAX_REDIRECTS} times`);
  }

  return {
    async get(url, options) {
      const timeout = AbortSignal.timeout(MAX_MS);
      try {
        return await follow(url, AbortSignal.any([options.signal, timeout]), options);
      } catch (error) {
        options.signal.throwIfAborted();
        throw timeout.aborted ? new FetchProblem(`it took longer than ${MAX_MS / 1000} s`) : problemOf(error);
      }
    },
    close: async () => dispatcher?.destroy(),
  };
}

async function read(
  url: URL,
  response: Response,
  { maxBytes = MAX_BYTES, cut = false }: FetchOptions,
): Promise<WebPage> {
  const collected = collectBytes(maxBytes);
  for await (const chunk of response.body ?? []) {
    const piece: Uint8Array = chunk;
    if (collected.add(piece)) continue;
    if (!cut) throw new FetchProblem(`it is larger than ${maxBytes / 1024} KiB`);
    collected.add(piece.subarray(0, maxBytes - collected.bytes().length));
    break;
  }
  const contentType = (response.headers.get('content-type') ?? '').toLowerCase();
  return { url: url.href, status: response.status, contentType, bytes: collected.bytes() };
}

/** undici says "fetch failed" and why in the cause. */
function problemOf(error: unknown): Error {
  const reason = error instanceof TypeError && error.cause !== undefined ? error.cause : error;
  if (reason instanceof FetchProblem) return reason;
  if (reason instanceof TargetRefused)
    return new FetchProblem('it is not on the public web (ports 80 and 443), and the administrator has not allowed it');
  const { code } = reason as NodeJS.ErrnoException;
  return new FetchProblem(`it cannot be reached (${typeof code === 'string' ? code : 'the connection failed'})`);
}
