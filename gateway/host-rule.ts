import type { IncomingMessage } from 'node:http';
import { Failure } from '../core/failure.ts';

export interface HostNames {
  /** The origin under which clients reach us. */
  readonly publicUrl: string;
  readonly allowedHosts: readonly string[];
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': ':80', 'https:': ':443' };

/**
 * Refuses requests that do not name us: a web page whose own name was made to point here (DNS rebinding) would else be of
 * our origin. 421 (RFC 9110 section 15.5.20). `names` gives the same object until the configuration changes.
 */
export function hostRule(names: () => HostNames): (incoming: IncomingMessage) => void {
  let known:
    | { readonly names: HostNames; readonly port: number | undefined; readonly accepted: ReadonlySet<string> }
    | undefined;
  return (incoming) => {
    const current = names();
    const port = incoming.socket.localPort;
    if (known?.names !== current || known.port !== port)
      known = { names: current, port, accepted: acceptedHosts(current, port) };
    const { host } = incoming.headers;
    // A target in absolute form (RFC 9112 section 3.2.2) would carry a second host.
    if (host !== undefined && known.accepted.has(host.toLowerCase()) && incoming.url?.startsWith('/')) return;
    throw new Failure(
      'misdirected_request',
      'This server is not known under that name. Use the public URL, or add the name to allowedHosts in mooring.yaml.',
      { status: 421, detail: { host } },
    );
  };
}

function acceptedHosts({ publicUrl, allowedHosts }: HostNames, port: number | undefined): ReadonlySet<string> {
  const { host, protocol, port: publicPort } = new URL(publicUrl);
  return new Set([
    host,
    ...(publicPort === '' ? [host + (DEFAULT_PORTS[protocol] ?? '')] : []),
    ...LOOPBACK_NAMES.map((name) => `${name}:${port}`),
    ...allowedHosts.map((name) => name.toLowerCase()),
  ]);
}
