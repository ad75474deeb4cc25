import type { IncomingMessage } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import { Failure } from '../core/failure.ts';
import { excerpt } from './excerpt.ts';
import { LOOPBACK_NAMES } from './loopback-names.ts';

export interface HostNames {
  /** The origin under which clients reach us. */
  readonly publicUrl: string;
  readonly allowedHosts: readonly string[];
}

/** What clients may leave out or write (RFC 9110 section 4.2.3). */
const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/**
 * Refuses requests that do not name us: a web page whose own name was made to point here (DNS rebinding) would else be of
 * our origin. 421 (RFC 9110 section 15.5.20). `names` gives the same object until the configuration changes; `another` may
 * know one more.
 */
export function hostRule(
  names: () => HostNames,
  another?: (socket: Socket) => string,
): (incoming: IncomingMessage) => void {
  let known: { readonly names: HostNames; readonly port: number; readonly accepted: ReadonlySet<string> } | undefined;
  return ({ headers: { host }, rawHeaders, url, socket }) => {
    const { localPort: port = 0 } = socket;
    const current = names();
    if (known?.names !== current || known.port !== port) {
      known = { names: current, port, accepted: acceptedHosts(current, port) };
    }
    if (isSentTwice(rawHeaders)) {
      throw new Failure('invalid_request', 'The request has more than one Host header. Send one.', { status: 400 });
    }
    // A target in absolute form (RFC 9112 section 3.2.2) would carry a second host.
    const isOneHost = host !== undefined && url?.startsWith('/');
    if (isOneHost && (known.accepted.has(host) || known.accepted.has(host.toLowerCase()))) return;
    if (isOneHost && host === another?.(socket)) return;
    throw new Failure(
      'misdirected_request',
      'This server is not known under that name. Use its public URL; its owner can add a name to allowedHosts in mooring.yaml.',
      { status: 421, detail: { host: excerpt(host), target: excerpt(url) } },
    );
  };
}

/**
 * The address and port at which a request came in, as a Host header: kubelet and Prometheus know a pod by no other name, and
 * a browser that uses an address was not sent there by the name of a page.
 */
export function ownAddress({ localAddress = '', localPort }: Socket): string {
  const address = localAddress.replace(/^::ffff:(?=\d+\.)/, '');
  return `${isIPv6(address) ? `[${address}]` : address}:${localPort}`;
}

/** Node keeps the first of several Host headers and says nothing; a proxy before us may have read another. RFC 9112 section 3.2: 400. */
function isSentTwice(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  return hosts > 1;
}

/** In lower case. `port` is the one that the request came in at. */
export function acceptedHosts({ publicUrl, allowedHosts }: HostNames, port: number): ReadonlySet<string> {
  const { hostname, protocol, port: publicPort } = new URL(publicUrl);
  const isDefault = publicPort === '' ? DEFAULT_PORTS[protocol] : undefined;
  return new Set([
    publicPort === '' ? hostname : `${hostname}:${publicPort}`,
    ...(isDefault === undefined ? [] : [`${hostname}:${isDefault}`]),
    ...LOOPBACK_NAMES.map((name) => `${name}:${port}`),
    ...(port === DEFAULT_PORTS['http:'] ? LOOPBACK_NAMES : []),
    ...allowedHosts.map((host) => host.toLowerCase()),
  ]);
}
