import { Hono } from 'hono';
import type { Log } from '../core/log.ts';
import { hostRule, type HostNames } from './host-rule.ts';
import type { GatewayEnv } from './gateway-env.ts';
import type { Metrics } from './metrics.ts';
import { plainRefusal, toFailure } from './refusals.ts';

export interface HealthParts {
  readonly names: () => HostNames;
  readonly isReady: () => boolean;
  readonly metrics: Metrics;
  readonly log: Log;
}

/** The second port: for probes and monitoring, never for clients. */
export function createHealthApp({ names, isReady, metrics, log }: HealthParts): Hono<GatewayEnv> {
  const app = new Hono<GatewayEnv>();
  const check = hostRule(names);
  app.use(async (c, next) => {
    check(c.env.incoming);
    return next();
  });
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', (c) => (isReady() ? c.text('ok') : c.text('not ready', 503)));
  app.get('/metrics', async (c) =>
    c.text(await metrics.render(), 200, { 'content-type': 'text/plain; version=0.0.4' }),
  );
  app.onError((error, c) => plainRefusal(toFailure(error, log, { path: c.req.path })));
  return app;
}
