import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';

/** Whether a connection may be made to this address for the sake of this name. */
export type IsAllowed = (address: string, hostname: string) => boolean | Promise<boolean>;

type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A host that must not be connected to. It does not say at which address that is: who may write manifests need not learn inner addresses. */
export class TargetRefused extends Error {
  readonly code = 'ERR_TARGET_REFUSED';
  readonly hostname: string;

  constructor(hostname: string) {
    super(`${hostname} is not an address that may be connected to`);
    this.hostname = hostname;
  }
}

/**
 * `lookup` for a connection. The resolver that checks the addresses is the one that the connection uses, so a name cannot
 * point somewhere else a moment later (DNS rebinding). It refuses a name as soon as one of its addresses is not allowed: a
 * public name that also points inside is no accident. `resolve` is for tests.
 */
export function checkedLookup(isAllowed: IsAllowed, resolve: Resolve = lookup): LookupFunction {
  const find = callbackify(async (hostname: string, options: LookupOptions): Promise<LookupAddress[]> => {
    const addresses = await new Promise<LookupAddress[]>((found, failed) => {
      resolve(hostname, { ...options, all: true }, (error, all) => (error ? failed(error) : found(all)));
    });
    const verdicts = await Promise.all(addresses.map(async ({ address }) => isAllowed(address, hostname)));
    if (addresses.length === 0 || !verdicts.every(Boolean)) throw new TargetRefused(hostname);
    return addresses;
  });
  return (hostname, options, callback) =>
    find(hostname, options, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) callback(error ?? new TargetRefused(hostname), []);
      else if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
}

/** The address that stands in place of a name in a URL (`URL.hostname`), which is connected to without a lookup. */
export function literalAddress(hostname: string): string | undefined {
  const address = hostname.replace(/^\[|\]$/g, '');
  return isIP(address) === 0 ? undefined : address;
}
