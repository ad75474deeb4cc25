import { BlockList, isIP } from 'node:net';

/** What an administrator lists in `remote.allow`: hosts by name, addresses, and blocks of addresses. */
export interface AllowList {
  host(hostname: string): boolean;
  address(address: string): boolean;
}

/** Entries as mooring-config.ts has checked them. */
export function allowList(entries: readonly string[]): AllowList {
  const hosts = new Set<string>();
  const blocks = new BlockList();
  for (const entry of entries) {
    const block = parseBlock(entry);
    if (block) blocks.addSubnet(block.network, block.prefix, block.family);
    else hosts.add(entry.toLowerCase());
  }
  return {
    host: (hostname) => hosts.has(hostname),
    address: (address) => isIP(address) !== 0 && blocks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6'),
  };
}

/** `10.0.0.0/8`, `fd00::/8`, or one address. Undefined for names. */
export function parseBlock(
  entry: string,
): { readonly network: string; readonly prefix: number; readonly family: 'ipv4' | 'ipv6' } | undefined {
  const [network = '', length] = entry.split('/');
  const version = isIP(network);
  if (version === 0) return undefined;
  const longest = version === 4 ? 32 : 128;
  const prefix = length === undefined ? longest : /^\d{1,3}$/.test(length) ? Number(length) : Infinity;
  return prefix <= longest ? { network, prefix, family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
}
