import type { HttpBindings } from '@hono/node-server';
import type { McpServer } from '../crds/mcpserver.ts';
import type { Caller } from './auth/caller.ts';
import type { ProtectedResource } from './protected-resources.ts';
import type { Forwarded } from './proxy/forward.ts';
import type { RequestBody } from './proxy/request-body.ts';

/** What the steps of the pipeline hand on, each set by one step (app.ts). */
export interface GatewayEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Set by `resolve`. */
    server: McpServer;
    /** What an access token must be for. Set by `resolve`, with the server. */
    resource: ProtectedResource;
    /** Set by `authenticate`. */
    caller: Caller;
    /** Set by `readBody`, on POST. */
    body?: RequestBody;
    /** Set by `forward`, when the exchange is over. */
    forwarded?: Forwarded;
    /** `performance.now()` when the head of the backend's answer was there. Set by `forward`. */
    headAt?: number;
  };
}

/** What answers requests; may throw a Failure. */
export interface App {
  fetch(request: Request, env: HttpBindings): Response | Promise<Response>;
}
