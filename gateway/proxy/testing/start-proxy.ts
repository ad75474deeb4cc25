import type { ServerResponse } from 'node:http';
import { pino } from 'pino';
import type { McpServer } from '../../../crds/mcpserver.ts';
import { Failure } from '../../../core/failure.ts';
import { identitySigner } from '../../../core/identity-token.ts';
import { MooringConfig } from '../../../core/mooring-config.ts';
import type { RemoteAccess } from '../../../core/remote/remote-access.ts';
import { ANONYMOUS, type Caller } from '../../auth/caller.ts';
import { createForwarder, type Forwarded } from '../forward.ts';
import { readRequestBody } from '../request-body.ts';
import { RpcFailure } from '../rpc-failure.ts';
import { sessionSeal } from '../session-seal.ts';
import { listen, type Listening } from './listening.ts';
import { NO_REMOTE } from './no-remote.ts';
import { newRing } from './rings.ts';

export const PUBLIC_URL = 'https://mcp.example.com';

export const IDENTITY_RING = await newRing('ES256');
const SEAL_RING = await newRing('HS256');

export interface Proxy extends Listening {
  /** How each exchange ended, in order. */
  readonly exchanges: (Forwarded | Failure)[];
  inFlight(backendUrl: string): number;
  endStreams(): void;
  /** May be replaced between requests. */
  server: McpServer;
  caller: Caller;
  limits: MooringConfig['limits'];
}

interface ProxyOptions {
  readonly server: McpServer;
  readonly caller?: Caller;
  readonly limits?: Partial<MooringConfig['limits']>;
  readonly remote?: RemoteAccess;
  readonly keepAliveMs?: number;
}

/** The path from a request to a backend and back behind a bare HTTP server, as the gateway's pipeline uses it. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const { server, caller = ANONYMOUS, limits, remote = NO_REMOTE, keepAliveMs } = options;
  const exchanges: (Forwarded | Failure)[] = [];
  const forwarder = createForwarder({
    limits: () => proxy.limits,
    publicUrl: () => PUBLIC_URL,
    seal: sessionSeal(SEAL_RING),
    identity: await identitySigner('mooring:gateway', IDENTITY_RING),
    remote,
    ...(keepAliveMs !== undefined && { keepAliveMs }),
    log: pino({ level: 'silent' }),
  });
  const listening = await listen((incoming, outgoing) => {
    const exchange = async (): Promise<Forwarded> => {
      const context = { incoming, outgoing, server: proxy.server, caller: proxy.caller };
      if (incoming.method !== 'POST') return forwarder.forward(context);
      return forwarder.forward({ ...context, body: await readRequestBody(incoming, proxy.limits) });
    };
    exchange().then(
      (forwarded) => exchanges.push(forwarded),
      (failure: unknown) => {
        if (!(failure instanceof Failure)) throw failure;
        exchanges.push(failure);
        answer(outgoing, failure);
      },
    );
  });
  const proxy: Proxy = {
    ...listening,
    exchanges,
    inFlight: (backendUrl) => forwarder.inFlight(backendUrl),
    endStreams: () => forwarder.endStreams(),
    server,
    caller,
    limits: { ...MooringConfig.parse({}).limits, ...limits },
    [Symbol.asyncDispose]: async () => {
      await forwarder.close();
      await listening[Symbol.asyncDispose]();
    },
  };
  return proxy;
}

function answer(outgoing: ServerResponse, failure: Failure): void {
  const { code, data, id } = failure instanceof RpcFailure ? failure.rpc : { code: -32000, data: undefined, id: null };
  const error = { code, message: failure.message, data: data ?? { code: failure.code, id: failure.id } };
  outgoing.writeHead(failure.status, { 'content-type': 'application/json', ...failure.headers });
  outgoing.end(JSON.stringify({ jsonrpc: '2.0', error, id }));
}
