import { isIP } from 'node:net';

/** Whether a URL leads to this machine. */
export const isLoopback = (url: string): boolean =>
  /^(?:localhost|.*\.localhost|127\..*|\[::1\])$/.test(new URL(url).hostname);

/** Suffixes that no public DNS has (RFC 6761, 6762, 8375, ICANN's `internal`). */
const PRIVATE = /\.(?:local|localdomain|internal|intranet|lan|home\.arpa|test|localhost)$/;

/** Whether a vendor's cloud can probably reach it: https, and a name that is no private one. Who only has an address has a private one. */
export function isPublic(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' &&
    hostname.includes('.') &&
    isIP(hostname.replaceAll(/[[\]]/g, '')) === 0 &&
    !PRIVATE.test(hostname)
  );
}
