import { BlockList, isIP } from 'node:net';

/** This machine, everybody on the wire, and the machines' own network: nothing there is a server that somebody offers. */
const NEVER_V4 = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 4],
  ['255.255.255.255', 32],
  // Where clouds tell a machine its credentials, beside 169.254.169.254: Azure, Alibaba, Oracle.
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
] as const;

const NEVER_V6 = [
  ['::', 128],
  ['::1', 128],
  ['fe80::', 10],
  ['ff00::', 8],
  // Metadata of AWS and Google over IPv6.
  ['fd00:ec2::', 32],
  ['fd20:ce::254', 128],
] as const;

const v4 = new BlockList();
for (const [network, prefix] of NEVER_V4) v4.addSubnet(network, prefix, 'ipv4');
const v6 = new BlockList();
for (const [network, prefix] of NEVER_V6) v6.addSubnet(network, prefix, 'ipv6');

/** IPv4 in IPv6 (RFC 4291 section 2.5.5, 6to4 of RFC 3056): the same machine in another spelling, which no resolver needs. */
const EMBEDDED = new BlockList();
EMBEDDED.addSubnet('::', 96, 'ipv6');
EMBEDDED.addSubnet('::ffff:0:0', 96, 'ipv6');
EMBEDDED.addSubnet('2002::', 16, 'ipv6');

/** NAT64 (RFC 6052 section 2.1, RFC 8215): an IPv6-only network reaches IPv4 by these, and the last 32 bits say whom. */
const TRANSLATED = new BlockList();
TRANSLATED.addSubnet('64:ff9b::', 96, 'ipv6');
TRANSLATED.addSubnet('64:ff9b:1::', 48, 'ipv6');

/** Addresses that are never connected to, whatever is listed: loopback, link-local, multicast, metadata of clouds; and what is none. */
export function isNeverAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return v4.check(address, 'ipv4');
    case 6:
      // A zone (%eth0) makes sense for link-local addresses alone.
      if (address.includes('%') || v6.check(address, 'ipv6') || EMBEDDED.check(address, 'ipv6')) return true;
      return TRANSLATED.check(address, 'ipv6') && v4.check(lastIPv4(address), 'ipv4');
    default:
      return true;
  }
}

/** The last 32 bits in the dotted form. */
function lastIPv4(address: string): string {
  // The URL standard writes IPv6 without dots.
  const groups = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::').at(-1)?.split(':') ?? [];
  const [high = 0, low = 0] = ['0', '0', ...groups].slice(-2).map((group) => Number.parseInt(group || '0', 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}
