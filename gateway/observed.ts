import type { Context, Handler } from 'hono';
import type { Log } from '../core/log.ts';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import type { GatewayEnv } from './gateway-env.ts';
import { methodLabel, type Metrics } from './metrics.ts';
import { toFailure } from './refusals.ts';

export interface ObserverParts {
  readonly metrics: Metrics;
  readonly log: Log;
}

/** Counts and times what a handler does, however it ends. */
export const observed =
  (handler: Handler<GatewayEnv>, { metrics, log }: ObserverParts): Handler<GatewayEnv> =>
  async (c, next) => {
    const startedAt = performance.now();
    let status = 500;
    try {
      const response = (await handler(c, next)) as Response;
      status = c.get('forwarded')?.status ?? response.status;
      return response;
    } catch (error) {
      ({ status } = toFailure(error));
      throw error;
    } finally {
      const request = requestOf(c, status, startedAt);
      metrics.observe(request);
      if (log.isLevelEnabled('debug')) log.debug({ ...request, outcome: c.get('forwarded')?.outcome }, 'request');
    }
  };

function requestOf(c: Context<GatewayEnv>, status: number, startedAt: number) {
  const server: McpServer | undefined = c.get('server');
  return {
    // Names that are no servers' are one series: anybody can invent them.
    server: server ? qualifiedName(server) : '',
    method: methodLabel(c.env.incoming.method, c.get('body')),
    status,
    // A stream may be open for hours: what counts is how long its head took.
    seconds: ((c.get('headAt') ?? performance.now()) - startedAt) / 1000,
  };
}
