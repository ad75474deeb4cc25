import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../core/failure.ts';

/**
 * A remote server may lead back to this gateway, directly or round about, and one request would become as many as there are places. Every
 * request that goes far names us, and one that names us is not sent on (RFC 8586, CDN-Loop, which proxies between us must leave in).
 */
export const LOOP_HEADER = 'cdn-loop';

/** Bytes of the names of others before us: each adds some dozens. */
const MAX_BYTES = 1024;

/** The header for a request to a remote server. Throws a Failure (508) where the request was here before. */
export function loopHeader(incoming: IncomingHttpHeaders, publicUrl: string): string {
  const before = incoming[LOOP_HEADER];
  const others = before === undefined ? '' : String(before);
  const own = new URL(publicUrl).host;
  const names = others.split(',').map((entry) => entry.split(';', 1)[0]?.trim().toLowerCase());
  if (others.length <= MAX_BYTES && !names.includes(own)) return others === '' ? own : `${others}, ${own}`;
  throw new Failure(
    'loop_detected',
    'The URL of this server leads back to this gateway. Its owner must name the server itself in spec.remote.url.',
    { status: 508 },
  );
}
