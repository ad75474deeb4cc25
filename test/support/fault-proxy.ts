/*
 * A proxy in front of an API server that fails as networks and API servers do. It depends on nothing but Node, so that it runs as a pod too:
 *   node fault-proxy.ts --listen 0.0.0.0:6443 --target kubernetes.default.svc:443 --control 0.0.0.0:6444
 * passes TLS through; with --cert, --key and --ca (paths) it ends TLS itself and can then also forge answers. Faults are set with
 *   curl -X PUT -d '{"frozen":true}' http://…:6444/faults
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, createServer as createHttpsServer, request } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';

/** What goes wrong now. */
export interface Faults {
  /** Connections are refused, and those that exist are reset. */
  away: boolean;
  /** Connections are accepted and stay open, and no byte moves. */
  frozen: boolean;
  /** Every so many ms all connections are reset; 0: never. */
  cutEveryMs: number;
  /** This many lines of watches are garbled. Needs TLS to end here. */
  garbledLines: number;
  /** This many lines of watches are cut in the middle, and the answer with them. Needs TLS to end here. */
  cutLines: number;
  /** What is answered instead of what the API server would say. Needs TLS to end here. */
  answer: ForgedAnswer | null;
}

export interface ForgedAnswer {
  readonly status: number;
  readonly to: 'watch' | 'list' | 'all';
  /** Seconds. */
  readonly retryAfter?: number;
  /** Default: always. */
  readonly times?: number;
}

const NONE: Faults = { away: false, frozen: false, cutEveryMs: 0, garbledLines: 0, cutLines: 0, answer: null };

export interface FaultProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly listen?: { readonly host: string; readonly port: number };
  /** PEM. With it TLS ends here. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca: string };
}

export interface FaultProxy {
  readonly port: number;
  /** How many requests came, where TLS ends here. */
  requests(): number;
  set(faults: Partial<Faults>): Promise<void>;
  /** Resets all connections once (TCP RST). */
  reset(): void;
  /** No byte moves any more on the connections that exist, as when a machine in between is gone; new ones work. */
  lose(): void;
  close(): Promise<void>;
}

export async function startFaultProxy({ target, listen, tls }: FaultProxyOptions): Promise<FaultProxy> {
  const faults = { ...NONE };
  const forger = tls && createForger(faults, target, tls);
  const inner = forger ? await listening(forger.server, { host: '127.0.0.1', port: 0 }) : target;
  const sockets = new Set<Socket>();
  const lost = new WeakSet<Socket>();
  let cutter: NodeJS.Timeout | undefined;

  const gate = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
    const server = connect({ ...inner, noDelay: true });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('end', () => to.end());
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (faults.frozen) from.pause();
      else from.resume();
    }
  });
  const { port } = await listening(gate, listen ?? { host: '127.0.0.1', port: 0 });

  function reset(): void {
    for (const socket of sockets) socket.resetAndDestroy();
  }

  async function come(): Promise<void> {
    if (!gate.listening) await listening(gate, { host: listen?.host ?? '127.0.0.1', port });
  }

  async function go(): Promise<void> {
    if (!gate.listening) return;
    gate.close();
    reset();
    await once(gate, 'close');
  }

  return {
    port,
    requests: () => forger?.requests() ?? 0,
    async set(next) {
      Object.assign(faults, next);
      await (faults.away ? go() : come());
      for (const socket of sockets) {
        if (faults.frozen || lost.has(socket)) socket.pause();
        else socket.resume();
      }
      clearInterval(cutter);
      if (faults.cutEveryMs > 0) cutter = setInterval(reset, faults.cutEveryMs);
    },
    reset,
    lose() {
      for (const socket of sockets) lost.add(socket.pause());
    },
    async close() {
      clearInterval(cutter);
      await go();
      forger?.server.close();
      forger?.server.closeAllConnections();
    },
  };
}

/** Answers in the place of the API server, or passes on what it says. */
function createForger(
  faults: Faults,
  target: { host: string; port: number },
  tls: { cert: string; key: string; ca: string },
) {
  const agent = new Agent({ keepAlive: true, ca: tls.ca });
  let requests = 0;

  function forged(incoming: IncomingMessage, response: ServerResponse): boolean {
    const { answer } = faults;
    const isWatch = incoming.url?.includes('watch=true') ?? false;
    if (!answer || (answer.to !== 'all' && (answer.to === 'watch') !== isWatch)) return false;
    if (answer.times !== undefined) faults.answer = answer.times > 1 ? { ...answer, times: answer.times - 1 } : null;
    const { status: code, retryAfter } = answer;
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        message: 'forged',
        reason: 'Forged',
        code,
      }),
    );
    return true;
  }

  const server = createHttpsServer({ cert: tls.cert, key: tls.key, keepAliveTimeout: 90_000 }, (incoming, response) => {
    requests += 1;
    if (forged(incoming, response)) return;
    const { url: path, method, headers } = incoming;
    const outgoing = request({ ...target, path: path ?? '/', method: method ?? 'GET', headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
      if (path?.includes('watch=true')) relayLines(answer, response, faults);
      else answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  return { server, requests: () => requests };
}

function relayLines(answer: IncomingMessage, response: ServerResponse, faults: Faults): void {
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const half = line.slice(0, line.length / 2);
      if (faults.cutLines > 0) {
        faults.cutLines -= 1;
        response.end(half);
        answer.destroy();
        return;
      }
      const isGarbled = faults.garbledLines > 0;
      if (isGarbled) faults.garbledLines -= 1;
      response.write(`${isGarbled ? half : line}\n`);
    }
  });
  answer.on('end', () => response.end());
}

async function listening(server: Server, at: { host: string; port: number }) {
  const ready = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
  });
  server.listen(at);
  await ready;
  return { host: at.host, port: (server.address() as AddressInfo).port };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({
    options: {
      listen: { type: 'string', default: '127.0.0.1:0' },
      target: { type: 'string' },
      control: { type: 'string', default: '127.0.0.1:0' },
      cert: { type: 'string' },
      key: { type: 'string' },
      ca: { type: 'string' },
    },
  });
  const at = (address = ''): { host: string; port: number } => {
    const { hostname: host, port } = new URL(`tcp://${address}`);
    return { host, port: Number(port) };
  };
  const { cert, key, ca } = values;
  const tls =
    cert && key && ca
      ? { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8'), ca: readFileSync(ca, 'utf8') }
      : undefined;
  const proxy = await startFaultProxy({ target: at(values.target), listen: at(values.listen), ...(tls && { tls }) });
  const control = createHttpServer((incoming, response) => {
    const act = async (): Promise<void> => {
      if (incoming.method === 'PUT') await proxy.set(JSON.parse(await text(incoming)) as Partial<Faults>);
      else if (incoming.url === '/reset') proxy.reset();
      else if (incoming.url === '/lose') proxy.lose();
      response.end(JSON.stringify({ requests: proxy.requests() }));
    };
    act().catch((error: unknown) => response.writeHead(400).end(String(error)));
  });
  const { port } = await listening(control, at(values.control));
  process.stdout.write(`proxy on ${proxy.port}, control on ${port}\n`);
}
