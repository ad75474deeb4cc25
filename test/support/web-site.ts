import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** A site on loopback: path → HTML, or what answers. Everything else is 404, robots.txt too. */
export interface WebSite extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly host: string;
  /** Path and query of every request, in order. */
  readonly requests: readonly string[];
}

export async function startWebSite(pages: Readonly<Record<string, string | Answer>>): Promise<WebSite> {
  const requests: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    requests.push(path);
    const page = pages[path];
    if (typeof page === 'function') return page(incoming, outgoing);
    outgoing.statusCode = page === undefined ? 404 : 200;
    outgoing.setHeader('content-type', path.endsWith('.txt') ? 'text/plain' : 'text/html; charset=utf-8');
    return outgoing.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin: `http://${host}`,
    host,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
