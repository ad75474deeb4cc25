import type { IncomingMessage } from 'node:http';
import type { MiddlewareHandler } from 'hono';
import type { GatewayEnv } from './gateway-env.ts';

/** Seconds that a browser may remember a preflight; longer only delays changes of allowedOrigins. */
const PREFLIGHT_AGE = '600';

/** CORS for what anybody may read: scripts of every origin, never with credentials of the browser. */
export const forEveryOrigin: MiddlewareHandler<GatewayEnv> = (c, next) => {
  const { incoming, outgoing } = c.env;
  outgoing.setHeader('access-control-allow-origin', '*');
  outgoing.setHeader('access-control-expose-headers', 'WWW-Authenticate');
  return incoming.method === 'OPTIONS' ? Promise.resolve(answerPreflight(incoming, 'GET')) : next();
};

/** Tells a browser what scripts of an origin that may be here at all may send. */
export const answerPreflight = ({ headers }: IncomingMessage, methods: string): Response =>
  new Response(null, {
    status: 204,
    headers: {
      allow: `${methods}, OPTIONS`,
      'access-control-allow-methods': methods,
      // Whatever is asked for: `Mcp-Param-*` has no end, and the wildcard does not cover Authorization (Fetch section 3.3.4).
      'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
      'access-control-max-age': PREFLIGHT_AGE,
    },
  });
