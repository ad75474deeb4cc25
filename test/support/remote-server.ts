import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { createCertificateAuthority, type CertificateAuthority } from './certificates.ts';

/** A real server that runs elsewhere, as far as Mooring sees: with TLS, and not on loopback, which is never connected to. */
export interface RemoteServer extends AsyncDisposable {
  readonly url: string;
  /** As in a URL, with the port. */
  readonly host: string;
  readonly address: string;
  readonly ca: CertificateAuthority;
  /** Every request that arrived, in order. */
  readonly requests: readonly IncomingMessage[];
  /** Connections that were made, with TLS or not. */
  connections(): number;
}

export async function startRemoteServer(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse) => unknown,
  {
    names = [],
    address = ownAddress(),
    ca = createCertificateAuthority(),
  }: { names?: readonly string[]; address?: string; ca?: CertificateAuthority } = {},
): Promise<RemoteServer> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer(ca.issue({ commonName: 'remote', hosts: [address, ...names] }), (incoming, outgoing) => {
    requests.push(incoming);
    void answer(incoming, outgoing);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  const host = `${address}:${(server.address() as AddressInfo).port}`;
  return {
    url: `https://${host}/mcp`,
    host,
    address,
    ca,
    requests,
    connections: () => connections,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An IPv4 address of this machine that is not loopback. */
export function ownAddress(): string {
  const found = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .find(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'));
  if (!found)
    throw new Error('Tests of remote servers need a network interface beside loopback; a dummy one is enough.');
  return found.address;
}
