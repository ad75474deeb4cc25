import { Agent, fetch as undiciFetch } from 'undici';
import { checkedLookup, literalAddress, TargetRefused } from '../../core/remote/checked-lookup.ts';
import { isPublicAddress } from '../../core/remote/public-address.ts';

/** Milliseconds for name resolution, connection, headers and body together: a metadata document is a small static file. */
const TOTAL_MS = 5_000;
/** Headers of a static file fit ten times. */
const MAX_HEADER_BYTES = 16 * 1024;
/** Above every limit of `fetchResponseBodyLimits`: this one holds even for a kind that nobody limited. */
export const MAX_BODY_BYTES = 64 * 1024;

type Fetch = typeof globalThis.fetch;

interface GuardedFetchOptions {
  readonly allowLoopback: boolean;
  readonly totalMs?: number;
}

export interface GuardedFetch {
  readonly fetch: Fetch;
  close(): Promise<void>;
}

/**
 * A `fetch` for URLs that strangers choose: https only, to addresses of the public internet only, no redirects, no cookies,
 * bounded in time and size. `allowLoopback` is for tests: it lets loopback and http through.
 */
export function createGuardedFetch({ allowLoopback, totalMs = TOTAL_MS }: GuardedFetchOptions): GuardedFetch {
  const isAllowed = (address: string): boolean => isPublicAddress(address) || (allowLoopback && LOOPBACK.has(address));
  const agent = new Agent({
    connect: { lookup: checkedLookup(isAllowed), timeout: totalMs },
    maxHeaderSize: MAX_HEADER_BYTES,
    maxResponseSize: MAX_BODY_BYTES,
    // A connection is closed after use: these hosts are asked once an hour.
    pipelining: 0,
  });
  const guarded: Fetch = async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.protocol !== 'https:' && !(allowLoopback && url.protocol === 'http:')) {
      throw new TypeError('only https is fetched');
    }
    // An address as host is connected to without a lookup.
    const literal = literalAddress(url.hostname);
    if (literal !== undefined && !isAllowed(literal)) throw new TargetRefused(url.hostname);
    const signals = [AbortSignal.timeout(totalMs), ...(init.signal ? [init.signal] : [])];
    return undiciFetch(url, {
      method: init.method ?? 'GET',
      headers: [...new Headers(init.headers)],
      redirect: 'error',
      credentials: 'omit',
      signal: AbortSignal.any(signals),
      dispatcher: agent,
    });
  };
  return { fetch: guarded, close: () => agent.destroy() };
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1']);
