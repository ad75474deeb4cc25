import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** A block of addresses in canonical form: its host bits are zero (RFC 4632), IPv6 is written as RFC 5952 says. */
export interface AddressBlock {
  readonly family: 'ipv4' | 'ipv6';
  readonly address: string;
  readonly prefix: number;
}

/** Reads `203.0.113.0/24` or `2001:db8::/32`. Undefined where the text is no block. */
export function parseAddressBlock(cidr: string): AddressBlock | undefined {
  const [address = '', length = '', ...rest] = cidr.split('/');
  const prefix = Number(length);
  if (!/^\d{1,3}$/.test(length) || rest.length > 0) return undefined;
  if (isIPv4(address) && prefix <= 32) return { family: 'ipv4', address: masked4(address, prefix), prefix };
  if (isIPv6(address) && prefix <= 128) return { family: 'ipv6', address: masked6(address, prefix), prefix };
  return undefined;
}

/** As `cidr` of a NetworkPolicy. */
export const printAddressBlock = ({ address, prefix }: AddressBlock): string => `${address}/${prefix}`;

/** Whether every address of `inner` is in `outer`, which has more. */
export function isStrictlyWithin(inner: AddressBlock, outer: AddressBlock): boolean {
  if (inner.family !== outer.family || inner.prefix <= outer.prefix) return false;
  const block = new BlockList();
  block.addSubnet(outer.address, outer.prefix, outer.family);
  return block.check(inner.address, inner.family);
}

function masked4(address: string, prefix: number): string {
  const bits = address.split('.').reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  const [a, b, c, d] = [24n, 16n, 8n, 0n].map((shift) => (masked(bits, 32 - prefix) >> shift) & 0xffn);
  return `${a}.${b}.${c}.${d}`;
}

function masked6(address: string, prefix: number): string {
  const groups = groupsOf(canonical6(address));
  const bits = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  const text = masked(bits, 128 - prefix)
    .toString(16)
    .padStart(32, '0');
  return canonical6(text.replaceAll(/.{4}(?!$)/g, '$&:'));
}

const masked = (bits: bigint, hostBits: number): bigint => (bits >> BigInt(hostBits)) << BigInt(hostBits);

/** URLs write IPv6 addresses in canonical form (WHATWG URL, "IPv6 serializer"). */
const canonical6 = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

/** The eight groups of a canonical address, in which `::` stands for as many zeros as are missing. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  return [
    ...(before ?? []),
    ...Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => '0'),
    ...(after ?? []),
  ];
}
