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

/** IPv4 in IPv6 (RFC 4291 section 2.5.5, RFC 6052): the same machine in another spelling, which no resolver needs. */
const EMBEDDED = new BlockList();
EMBEDDED.addSubnet('::', 96, 'ipv6');
EMBEDDED.addSubnet('::ffff:0:0', 96, 'ipv6');

/** Addresses that are never connected to, whatever is listed: loopback, link-local, multicast, metadata of clouds; and what is none. */
export function isNeverAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return v4.check(address, 'ipv4');
    case 6:
      // A zone (%eth0) makes sense for link-local addresses alone.
      return address.includes('%') || v6.check(address, 'ipv6') || EMBEDDED.check(address, 'ipv6');
    default:
      return true;
  }
}
