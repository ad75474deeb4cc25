import { Hono } from 'hono';
import { qualifiedName } from '../crds/mcpserver.ts';
import type { Log } from '../core/log.ts';
import { Failure } from '../core/failure.ts';
import type { GatewayEnv } from './gateway-env.ts';
import { hostRule, type HostNames } from './host-rule.ts';
import type { Metrics } from './metrics.ts';
import { refuse } from './refusals.ts';
import type { ServerIndex } from './server-index.ts';

export interface HealthParts {
  readonly names: () => HostNames;
  /** Whether requests may be sent here. */
  readonly isReady: () => boolean;
  readonly index: ServerIndex;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The second port: for probes and monitoring, never for clients. */
export function createHealthApp(parts: HealthParts): Hono<GatewayEnv> {
  const { names, isReady, index, metrics } = parts;
  const checkHost = hostRule(names);
  const app = new Hono<GatewayEnv>();
  app.use((c, next) => {
    checkHost(c.env.incoming);
    return next();
  });
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', (c) => (isReady() ? c.text('ok') : c.text('not ready', 503)));
  app.get('/metrics', async (c) => {
    const text = await metrics.render(index.list().map(qualifiedName));
    return c.text(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.notFound(() => {
    throw new Failure('not_found', 'Here are /healthz, /readyz and /metrics.', { status: 404 });
  });
  app.onError((error, c) => refuse(error, c, parts));
  return app;
}
