import { BlockList, isIP } from 'node:net';

/**
 * IPv4 addresses that are not globally reachable (IANA special-purpose registry, RFC 6890), multicast and class E.
 * The last one is public by number, but every machine in Azure reaches its platform there.
 */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32],
] as const;

/** All of IPv6 that is ever public (RFC 4291 section 2.4): mapped, NAT64, unique-local and link-local addresses are outside. */
const GLOBAL_UNICAST_V6 = ['2000::', 3] as const;

/** Special-purpose blocks within it (IANA, RFC 6890): protocol assignments with Teredo, documentation, 6to4, AS112. */
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const;

const blockedV4 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V4) blockedV4.addSubnet(network, prefix, 'ipv4');
const globalV6 = new BlockList();
globalV6.addSubnet(...GLOBAL_UNICAST_V6, 'ipv6');
const blockedV6 = new BlockList();
for (const [network, prefix] of NOT_PUBLIC_V6) blockedV6.addSubnet(network, prefix, 'ipv6');

/** Whether an IP address is one of the public internet; false for everything that is not an IP address. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blockedV4.check(address, 'ipv4');
    case 6:
      return globalV6.check(address, 'ipv6') && !blockedV6.check(address, 'ipv6');
    default:
      return false;
  }
}
