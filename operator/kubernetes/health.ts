import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../core/failure.ts';

export interface HealthOptions {
  /** 0 is any free port. */
  readonly port: number;
  /** Address of the pod, under which kubelet and Prometheus call; without it only this machine may. */
  readonly podIp: string | undefined;
  /** A sentence, while we have no business to act. */
  readonly whyNotReady: () => string | undefined;
  /** Prometheus text format. */
  readonly metrics: () => Promise<string>;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Milliseconds for a request to arrive whole: it has no body. */
const REQUEST_TIMEOUT = 5000;
/** Names of this machine that need no DNS. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

/**
 * /healthz answers as long as the process does, because to start it again would bring no API server back; /readyz says whether
 * what we know is new; /metrics. Requests under another name are refused: a web page could have made it point here (DNS
 * rebinding). Throws Failure `port_in_use`, `not_listening`.
 */
export async function startHealth({ port, podIp, whyNotReady, metrics }: HealthOptions): Promise<HealthServer> {
  const inUrl = podIp?.includes(':') ? `[${podIp}]` : podIp;
  const names = inUrl === undefined ? LOOPBACK : [...LOOPBACK, inUrl];

  async function answer({
    method,
    url,
    headers: { host = '' },
    socket: { localPort },
  }: IncomingMessage): Promise<Answer> {
    if (!names.some((name) => host.toLowerCase() === `${name}:${localPort}`)) {
      return { status: 421, text: 'This server is not known under that name. Use the address of the pod.' };
    }
    if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'Only GET is answered here.' };
    if (url === '/healthz') return OK;
    if (url === '/readyz') {
      const why = whyNotReady();
      return why === undefined ? OK : { status: 503, text: why };
    }
    if (url === '/metrics')
      return { status: 200, text: await metrics(), type: 'text/plain; version=0.0.4; charset=utf-8' };
    return { status: 404, text: 'Here are /healthz, /readyz and /metrics.' };
  }

  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT, headersTimeout: REQUEST_TIMEOUT },
    (incoming, outgoing) => {
      answer(incoming).then(
        ({ status, text, type = 'text/plain; charset=utf-8' }) => {
          outgoing.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' }).end(text);
        },
        () => outgoing.writeHead(500).end(),
      );
    },
  );
  server.listen(port, podIp === undefined ? '127.0.0.1' : podIp.includes(':') ? '::' : '0.0.0.0');
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'EADDRINUSE'
      ? new Failure('port_in_use', `Port ${port} is taken. Stop what uses it.`, { cause })
      : new Failure('not_listening', `Port ${port} cannot be listened on: ${cause.message}.`, { cause });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const OK: Answer = { status: 200, text: 'ok' };
