import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import type { MooringConfig } from '../../core/mooring-config.ts';
import type { RemoteAccess } from '../../core/remote/remote-access.ts';
import { qualifiedName, type McpServer } from '../../crds/mcpserver.ts';
import type { Caller } from '../auth/caller.ts';
import { createBackends, type Lane } from './backends.ts';
import { KEEP_ALIVE_MS } from './keep-alive.ts';
import { identityTokens, type SignIdentity } from './identity-tokens.ts';
import { versionMismatch } from './mcp-headers.ts';
import { relay, type Forwarded, type OpenStream } from './relay.ts';
import type { RequestBody } from './request-body.ts';
import { isRemote, remoteRoute } from './remote-route.ts';
import { remoteRequestHeaders, requestHeaders } from './request-headers.ts';
import { RpcFailure } from './rpc-failure.ts';
import { isSessionId, type BackendSession, type SessionOwner, type SessionSeal } from './session-seal.ts';

export type { Forwarded } from './relay.ts';

export type ForwardLimits = Pick<
  MooringConfig['limits'],
  'requestsPerServer' | 'streamsPerServer' | 'responseHeaderBytes'
>;

export interface ForwarderOptions {
  readonly limits: () => ForwardLimits;
  /** Origin under which clients reach the gateway. */
  readonly publicUrl: () => string;
  readonly seal: SessionSeal;
  readonly identity: SignIdentity;
  /** For servers that run elsewhere. */
  readonly remote: RemoteAccess;
  /** For tests: other milliseconds than 15,000 of silence until a quiet stream is kept alive. */
  readonly keepAliveMs?: number;
  readonly log: Log;
}

export interface Exchange {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly server: McpServer;
  readonly caller: Caller;
  /** Of a POST. */
  readonly body?: RequestBody;
}

export interface Forwarder {
  /**
   * Sends an authorized request to its backend and streams the answer to the client. Resolves when the exchange is over,
   * which for a stream may be hours. Rejects with a Failure while nothing was answered: then the caller answers.
   */
  forward(exchange: Exchange): Promise<Forwarded>;
  /** Requests and streams that are under way at a backend, by its URL: it should not be stopped while there are any. */
  inFlight(backendUrl: string): number;
  /** Ends the streams of notifications, whose clients open others: nothing else would end them. */
  endStreams(): void;
  /** Cuts off what is in flight. Stop the HTTP server first and give requests time to end. */
  close(): Promise<void>;
}

/** The SDKs' code for sessions that they do not know; the specification names none. */
const SESSION_NOT_FOUND = -32001;

/** Milliseconds. A look at thousands of streams takes less than one, and later than this nobody is told what they may not see. */
const LOOK_FOR_EXPIRED_MS = 1000;

/** One process per server: there is no pod to choose. */
const NO_POD = '';

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { limits, publicUrl, seal, identity, remote, keepAliveMs = KEEP_ALIVE_MS, log } = options;
  const backends = createBackends(() => limits().responseHeaderBytes);
  const identityOf = identityTokens(identity);
  const openStreams = new Set<OpenStream>();
  const expiring = setInterval(() => {
    const now = Date.now() / 1000;
    for (const stream of openStreams) if (stream.expiresAt <= now) stream.end();
  }, LOOK_FOR_EXPIRED_MS).unref();

  return {
    forward: async ({ incoming, outgoing, server, caller, body }) => {
      const method = methodOf(incoming);
      const owner: SessionOwner = { subject: caller.subject, server: server.metadata.uid };
      const sealed = incoming.headers['mcp-session-id'];
      const session = sealed === undefined ? undefined : openSession(seal, String(sealed), owner, body);
      const route = isRemote(server) ? await remoteRoute(server, remote) : undefined;
      // Who calls is no affair of a server that runs elsewhere.
      const token = route ? '' : identityOf(caller, qualifiedName(server));
      const signed = typeof token === 'string' ? token : await token;
      if (outgoing.closed) return { status: 499, outcome: 'client_left', bytes: 0, waited: 0 };

      const { requestsPerServer, streamsPerServer } = limits();
      const backend = backends.of(server, route);
      const staysOpen = isStream(method, body);
      const lane = staysOpen ? backend.streams : backend.requests;
      checkPlace(lane, lane === backend.streams ? streamsPerServer : requestsPerServer);
      const mismatch = versionMismatch(incoming.headers, body?.messages);
      if (mismatch)
        log.debug({ server: qualifiedName(server), ...mismatch }, 'MCP-Protocol-Version contradicts the body');

      return relay({
        outgoing,
        backend,
        lane,
        streamsPerServer,
        openStreams: staysOpen ? openStreams : undefined,
        expiresAt: caller.expiresAt,
        keepAliveMs,
        log,
        sealedSession: (id) => (id === session?.id ? String(sealed) : sealSession(seal, id, owner)),
        request: {
          method,
          path: backend.path,
          headers: route
            ? remoteRequestHeaders(incoming.headers, route.headers, { publicUrl: publicUrl(), session: session?.id })
            : requestHeaders(incoming.headers, { publicUrl: publicUrl(), identity: signed, session: session?.id }),
          body: body?.raw ?? null,
        },
      });
    },
    inFlight: (backendUrl) => backends.inFlight(backendUrl),
    endStreams: () => {
      for (const stream of openStreams) stream.end();
    },
    close: () => {
      clearInterval(expiring);
      return backends.close();
    },
  };
}

type Method = 'GET' | 'POST' | 'DELETE';

/** The verbs of Streamable HTTP. No HEAD: an answer without a body cannot be judged. */
function methodOf({ method }: IncomingMessage): Method {
  if (method === 'POST' || method === 'GET' || method === 'DELETE') return method;
  throw new Failure('method_not_allowed', 'MCP endpoints know POST, GET and DELETE.', {
    status: 405,
    headers: { allow: 'POST, GET, DELETE' },
  });
}

/** Known to be long before it is sent; other requests show it by their answer (relay.ts). */
const isStream = (method: Method, body: RequestBody | undefined): boolean =>
  method === 'GET' || body?.messages[0]?.method === 'subscriptions/listen';

function checkPlace({ inFlight }: Lane, limit: number): void {
  if (inFlight < limit) return;
  throw new Failure('backend_busy', `The server has ${limit} requests in flight already. Send the request again.`, {
    status: 503,
    headers: { 'retry-after': '1' },
  });
}

function openSession(
  seal: SessionSeal,
  sealed: string,
  owner: SessionOwner,
  body: RequestBody | undefined,
): BackendSession {
  const session = seal.open(sealed, owner);
  if (session) return session;
  throw new RpcFailure(
    'session_unknown',
    'Session not found. Start another one with initialize.',
    { code: SESSION_NOT_FOUND, id: body?.messages[0]?.id ?? null },
    { status: 404 },
  );
}

function sealSession(seal: SessionSeal, id: string | string[], owner: SessionOwner): string {
  if (typeof id === 'string' && isSessionId(id)) return seal.seal({ pod: NO_POD, id }, owner);
  throw new Failure(
    'backend_response_invalid',
    'The server’s Mcp-Session-Id is not visible ASCII of at most 2048 characters.',
    {
      status: 502,
    },
  );
}
