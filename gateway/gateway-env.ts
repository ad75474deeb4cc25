import type { HttpBindings } from '@hono/node-server';
import type { McpServer } from '../crds/mcpserver.ts';
import type { Caller } from './auth/caller.ts';
import type { RequestBody } from './proxy/request-body.ts';

/** What the steps of the pipeline hand on, each set by one step (app.ts). */
export interface GatewayEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Set by `resolve`. */
    server: McpServer;
    /** Set by `authenticate`. */
    caller: Caller;
    /** Set by `readBody`, on POST. */
    body?: RequestBody;
    /** Set by `forward`: milliseconds until the head of the backend's answer. */
    waited?: number;
  };
}
