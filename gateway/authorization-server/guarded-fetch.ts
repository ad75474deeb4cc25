import { lookup, type LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, fetch as undiciFetch } from 'undici';
import { isPublicAddress } from './public-address.ts';

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
 * bounded in time and size. The resolver that checks the addresses is the one that the connection uses, so a name cannot
 * point somewhere else a moment later (DNS rebinding). `allowLoopback` is for tests: it lets loopback and http through.
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
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (/^[\d.]+$|:/.test(literal) && !isAllowed(literal)) throw new NotPublicError(url.hostname);
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

class NotPublicError extends Error {
  constructor(host: string) {
    super(`${host} is not an address of the public internet`);
  }
}

/** Refuses a name as soon as one of its addresses is not allowed: a public name that also points inside is no accident. */
const checkedLookup =
  (isAllowed: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: readonly LookupAddress[]) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error(`${hostname} has no address`), []);
      if (!addresses.every(({ address }) => isAllowed(address))) return callback(new NotPublicError(hostname), []);
      return options.all ? callback(null, [...addresses]) : callback(null, first.address, first.family);
    });
  };
