import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { selfSignedCertificate } from './self-signed.ts';

/** A web site that publishes client id metadata documents, over https on loopback. */
export async function startDocumentHost() {
  const { cert, key } = selfSignedCertificate();
  setDefaultCACertificates([...getCACertificates('default'), cert]);
  const documents = new Map<string, unknown>();
  const broken = new Set<string>();
  let requests = 0;
  const server = createServer({ cert, key }, (request, response) => {
    requests += 1;
    const path = request.url ?? '';
    const document = documents.get(path);
    response.writeHead(broken.has(path) ? 503 : document ? 200 : 404, { 'content-type': 'application/json' });
    response.end(typeof document === 'string' ? document : JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    requests: () => requests,
    /** Publishes a document under a path; says its client id. */
    publish(path: string, metadata: Readonly<Record<string, unknown>>): string {
      documents.set(path, { client_id: origin + path, ...metadata });
      return origin + path;
    },
    breakDown: (path: string) => broken.add(path),
    remove: (path: string) => {
      broken.delete(path);
      documents.delete(path);
    },
    publishText: (path: string, text: string) => documents.set(path, text),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export type DocumentHost = Awaited<ReturnType<typeof startDocumentHost>>;
