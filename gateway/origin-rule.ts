import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from '../core/failure.ts';

export interface Origins {
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
}

/** Headers of answers that scripts of an allowed origin may read. */
const EXPOSED = 'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After';
const METHODS = 'GET, POST, DELETE';
/** Seconds that a browser may remember a preflight; longer only delays changes of allowedOrigins. */
const PREFLIGHT_AGE = '600';

/**
 * Web pages may call an MCP endpoint only from origins that are allowed: our own and those of mooring.yaml (MCP, Streamable
 * HTTP, security warning). Programs send no Origin. 403 `origin_refused`; allowed origins get their CORS headers, without
 * credentials: tokens go in Authorization, which scripts set themselves.
 */
export function originRule(origins: () => Origins): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    const { origin } = incoming.headers;
    if (origin === undefined) return;
    const { publicUrl, allowedOrigins } = origins();
    if (origin !== publicUrl && !isOwnLoopback(origin, incoming) && !allowedOrigins.includes(origin)) {
      throw new Failure(
        'origin_refused',
        'Pages of this origin may not call this server. Add it to allowedOrigins in mooring.yaml.',
        {
          status: 403,
          detail: { origin },
        },
      );
    }
    outgoing.setHeader('access-control-allow-origin', origin);
    outgoing.setHeader('access-control-expose-headers', EXPOSED);
    outgoing.setHeader('vary', 'Origin');
  };
}

/** Our own pages, opened under another loopback name than that of publicUrl. */
const isOwnLoopback = (origin: string, { socket }: IncomingMessage): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].some((name) => origin === `http://${name}:${socket.localPort}`);

/** The answer to a preflight of an origin that the rule has let through: headers of MCP are open-ended (`Mcp-Param-*`). */
export function answerPreflight(requestedHeaders: string | undefined): Response {
  return new Response(null, {
    status: 204,
    headers: {
      allow: METHODS,
      'access-control-allow-methods': METHODS,
      'access-control-allow-headers': requestedHeaders ?? '',
      'access-control-max-age': PREFLIGHT_AGE,
    },
  });
}
