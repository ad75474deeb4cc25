import type { IncomingHttpHeaders } from 'node:http';
import type { Verdict } from './response-rules.ts';

/**
 * What MCP and HTTP clients of it use. A list of what to drop would never be complete: Set-Cookie, Clear-Site-Data,
 * Service-Worker-Allowed, Access-Control-*, Strict-Transport-Security, Refresh, Link, Location, NEL, Report-To, Alt-Svc,
 * SourceMap, Public-Key-Pins … act on our whole origin, X-Accel-Redirect and X-Sendfile on a proxy before us; Vary is ours.
 */
const FORWARDED = new Set(['accept-post', 'allow', 'retry-after', 'traceresponse', 'x-correlation-id', 'x-request-id']);
const PREFIXES_FORWARDED = /^(?:mcp-|ratelimit|x-ratelimit-)/;

/** Of these, only with the body that they describe. Hop-by-hop headers (RFC 9110 section 7.6.1) are in no list. */
const OF_THE_BODY = new Set(['content-type', 'content-length', 'content-encoding', 'content-language']);

/** What a browser may do with any answer of a backend: nothing. */
const OWN = ['x-content-type-options', 'nosniff', 'content-security-policy', "default-src 'none'; sandbox"];

/** Every answer is for one caller, who was authorized for it just now: nothing that a backend says may let others have it. */
const UNSHARED = 'private, no-store';
/** A proxy that compresses a stream holds its events back. */
const UNTOUCHED = `${UNSHARED}, no-transform`;

/** The headers of an answer as the client gets them, as a flat list; `session` is the sealed id, where there is one. */
export function responseHeaders(
  status: number,
  backend: IncomingHttpHeaders,
  verdict: Exclude<Verdict, Error>,
  session: string | undefined,
): string[] {
  const hasBody = verdict === 'body' || verdict === 'events';
  const headers = [...OWN];
  for (const name in backend) {
    if (OF_THE_BODY.has(name) ? !hasBody : !isForwarded(name)) continue;
    const value = backend[name];
    if (value !== undefined) headers.push(name, typeof value === 'string' ? value : value.join(', '));
  }
  if (session !== undefined) headers.push('mcp-session-id', session);
  headers.push('cache-control', verdict === 'events' ? UNTOUCHED : UNSHARED);
  if (verdict === 'events') headers.push('x-accel-buffering', 'no');
  // RFC 9110 section 8.6: a 204 has no Content-Length.
  if (!hasBody && status !== 204) headers.push('content-length', '0');
  return headers;
}

const isForwarded = (name: string): boolean =>
  FORWARDED.has(name) || (PREFIXES_FORWARDED.test(name) && name !== 'mcp-session-id');
