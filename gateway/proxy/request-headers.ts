import type { IncomingHttpHeaders } from 'node:http';
import { IDENTITY_HEADER } from '../../core/identity-token.ts';
import type { RemoteHeaders } from '../../core/remote/remote-credentials.ts';
import { LOOP_HEADER, loopHeader } from './loop-rule.ts';

/** What the gateway says to the backend itself. */
export interface OwnHeaders {
  /** Origin under which clients reach the gateway. */
  readonly publicUrl: string;
  readonly identity: string;
  /** The backend's own session id. */
  readonly session: string | undefined;
}

const NOT_FORWARDED = new Set([
  // Of this connection only (RFC 9110 section 7.6.1), or said anew by undici for the next one.
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'host',
  'content-length',
  'expect',
  // The client's credentials are for the gateway.
  'authorization',
  'cookie',
  // Who and where the client is, the gateway says.
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'cf-connecting-ip',
  // They change the method or path that was authorized, for backends that believe them.
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-original-url',
  'x-rewrite-url',
  // Between the browser and the gateway, which has judged it: backends compare it with their own Host and refuse.
  'origin',
  'referer',
  // Sent by us, opened.
  'mcp-session-id',
]);

const PREFIXES_NOT_FORWARDED = /^(?:proxy-|x-forwarded-|mooring-|sec-fetch-|access-control-)/;

/** The headers of a request as the backend gets them, as a flat list of names and values. */
export function requestHeaders(incoming: IncomingHttpHeaders, own: OwnHeaders): string[] {
  const named = namedInConnection(incoming.connection);
  const headers: string[] = [];
  for (const name in incoming) {
    const value = incoming[name];
    if (value === undefined || !isForwarded(name) || named?.has(name)) continue;
    headers.push(name, typeof value === 'string' ? value : value.join(', '));
  }
  const [scheme = '', host = ''] = own.publicUrl.split('://');
  headers.push('x-forwarded-proto', scheme, 'x-forwarded-host', host, IDENTITY_HEADER, own.identity);
  if (own.session !== undefined) headers.push('mcp-session-id', own.session);
  return headers;
}

/** What MCP and HTTP mean for the server itself. Anything else a client sends is for the gateway, or for a server that it trusts as much. */
const FORWARDED_FAR = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'content-type',
  'last-event-id',
  'traceparent',
  'tracestate',
  'user-agent',
]);

/** The headers of a request to a server that runs elsewhere: it learns nothing of Mooring but its public name, and is sent its own credentials alone. */
export function remoteRequestHeaders(
  incoming: IncomingHttpHeaders,
  credentials: RemoteHeaders,
  own: { readonly publicUrl: string; readonly session: string | undefined },
): string[] {
  const headers = [LOOP_HEADER, loopHeader(incoming, own.publicUrl)];
  for (const name in incoming) {
    const value = incoming[name];
    const isForMcp = name.startsWith('mcp-') && name !== 'mcp-session-id';
    if (value === undefined || !(isForMcp || FORWARDED_FAR.has(name)) || name in credentials) continue;
    headers.push(name, typeof value === 'string' ? value : value.join(', '));
  }
  for (const [name, value] of Object.entries(credentials)) headers.push(name, value);
  if (own.session !== undefined) headers.push('mcp-session-id', own.session);
  return headers;
}

/**
 * With an underscore, CGI and WSGI backends would read `Mooring_Identity` as ours (nginx: underscores_in_headers). Parameters
 * may have any name, and every `Mcp-Param-*` must be forwarded (MCP 2026-07-28); none of them can be taken for another header.
 */
const isForwarded = (name: string): boolean =>
  !NOT_FORWARDED.has(name) &&
  !PREFIXES_NOT_FORWARDED.test(name) &&
  (!name.includes('_') || name.startsWith('mcp-param-'));

/** RFC 9110 section 7.6.1. */
function namedInConnection(connection: string | undefined): Set<string> | undefined {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return undefined;
  return new Set(connection.split(',').map((name) => name.trim().toLowerCase()));
}
