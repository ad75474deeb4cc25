import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from '../core/failure.ts';
import { excerpt } from './excerpt.ts';
import { LOOPBACK_NAMES } from './loopback-names.ts';

export interface Origins {
  /** The origin under which clients reach us. */
  readonly publicUrl: string;
  readonly allowedOrigins: readonly string[];
}

/** Headers of answers that scripts of an allowed origin may read. */
const EXPOSED = 'Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate, Retry-After';

/**
 * Web pages may call an MCP endpoint only from origins that are allowed: our own and those of mooring.yaml (MCP, Streamable
 * HTTP, security warning). Programs send no Origin. 403 `origin_refused`; allowed origins get their CORS headers, without
 * credentials: tokens go in Authorization, which scripts set themselves. `origins` gives the same object until the
 * configuration changes.
 */
export function originRule(origins: () => Origins): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  let known: { readonly origins: Origins; readonly allowed: ReadonlySet<string> } | undefined;
  return ({ headers: { origin } }, outgoing) => {
    if (origin === undefined) return;
    const current = origins();
    if (known?.origins !== current) known = { origins: current, allowed: allowedOrigins(current) };
    if (!known.allowed.has(origin)) {
      throw new Failure(
        'origin_refused',
        'Pages of this origin may not call this server. Its owner can add the origin to allowedOrigins in mooring.yaml.',
        { status: 403, detail: { origin: excerpt(origin) } },
      );
    }
    outgoing.setHeader('access-control-allow-origin', origin);
    outgoing.setHeader('access-control-expose-headers', EXPOSED);
    outgoing.setHeader('vary', 'Origin');
  };
}

/** Ours, as browsers write origins (RFC 6454 section 6.2), under every loopback name where it is one; and the configured ones. */
function allowedOrigins({ publicUrl, allowedOrigins: configured }: Origins): ReadonlySet<string> {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  const names = LOOPBACK_NAMES.includes(hostname) ? LOOPBACK_NAMES : [];
  const ours = names.map((name) => `${protocol}//${name}${port && `:${port}`}`);
  return new Set([origin, ...ours, ...configured.map((one) => new URL(one).origin)]);
}
