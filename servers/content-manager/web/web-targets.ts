import type { LookupFunction } from 'node:net';
import { checkedLookup, literalAddress, TargetRefused } from '../../../core/remote/checked-lookup.ts';
import { isPublicAddress } from '../../../core/remote/public-address.ts';

/** Where pages may be fetched from. */
export interface WebTargets {
  /** `lookup` of every connection. Its error is a TargetRefused. */
  readonly lookup: LookupFunction;
  /** What no lookup sees: scheme, port, user names, and an address in place of a name. Throws a TargetRefused. */
  check(url: URL): void;
}

/** Ports of the web: anything else is rarely a page, and often somebody's inner service. */
const DEFAULT_PORT: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The public internet on ports 80 and 443, and what the administrator lists as `host` or `host:port`: a wiki inside, for
 * example, at whatever address it is. A host without a port is listed for ports 80 and 443, one with a port for this port
 * alone. `resolve` is for tests.
 */
export function webTargets(listed: readonly string[], resolve?: Parameters<typeof checkedLookup>[1]): WebTargets {
  const entries = new Set(listed.map((entry) => entry.toLowerCase()));
  const listedHosts = new Set([...entries].map((entry) => entry.replace(/:\d+$/, '')));
  return {
    // A lookup does not know the port: `check` has seen to it that a listed host is asked at its port only.
    lookup: checkedLookup((address, hostname) => isPublicAddress(address) || listedHosts.has(hostname), resolve),
    check({ protocol, hostname, port: given, username, password }) {
      const port = given || DEFAULT_PORT[protocol];
      const isUsual = port === '80' || port === '443';
      const isListed = entries.has(`${hostname}:${port}`) || (isUsual && entries.has(hostname));
      const literal = literalAddress(hostname);
      const isOpen = isUsual && !listedHosts.has(hostname) && (literal === undefined || isPublicAddress(literal));
      if (!port || username || password || !(isListed || isOpen)) throw new TargetRefused(hostname);
    },
  };
}
