import { Hono } from 'hono';
import type { Log } from '../core/log.ts';
import { Failure } from '../core/failure.ts';
import type { GatewayEnv } from './gateway-env.ts';
import { hostRule, ownAddress, type HostNames } from './host-rule.ts';
import { listen } from './listen.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { refuse } from './refusals.ts';

/** What probes and monitoring are told. */
export interface HealthState {
  /** Why no requests should be sent here; undefined where they may. */
  readonly notReady: string | undefined;
  readonly names: HostNames;
  /** Qualified names of the servers, each of which has its series. */
  readonly servers: () => readonly string[];
  /** Milliseconds since the source of the servers was heard of: what is served may be as old. */
  readonly lastContact: () => number;
}

/** The second port: for probes and monitoring, never for clients. */
export interface Health {
  readonly port: number;
  readonly metrics: Metrics;
  tell(change: Partial<HealthState>): void;
  close(): Promise<void>;
}

export interface HealthOptions {
  /** 0 is any free port. */
  readonly port: number;
  /** As ListenOptions: health and metrics need no token, so without one it is loopback only. */
  readonly address?: string | undefined;
  readonly log: Log;
}

/** Bytes of a request's headers: probes send a line or two. */
const MAX_HEADER = 8192;
/** Seconds for a request to arrive whole. */
const REQUEST_SECONDS = 10;
/** Milliseconds for answers under way at the end. */
const GRACE_MS = 1000;

/** Opened before all else, so that a process which waits for something is seen to live and to wait. Throws `port_in_use`. */
export async function openHealth({ port, address, log }: HealthOptions): Promise<Health> {
  const metrics = createMetrics();
  let state: HealthState = {
    notReady: 'starting',
    names: { publicUrl: 'http://localhost', allowedHosts: [] },
    servers: () => [],
    lastContact: () => 0,
  };
  const app = healthApp({ state: () => state, metrics, log });
  const listener = await listen(app, {
    port,
    address,
    maxHeaderSize: MAX_HEADER,
    requestSeconds: REQUEST_SECONDS,
    log,
    metrics,
  }).catch((error: unknown) => {
    throw error instanceof Failure && error.code === 'port_in_use' ? isTaken(port) : error;
  });
  return {
    port: listener.port,
    metrics,
    tell: (change) => {
      state = { ...state, ...change };
    },
    close: async () => listener.close(GRACE_MS),
  };
}

/** Nobody has named this port: it follows from that of the gateway. */
const isTaken = (port: number): Failure =>
  new Failure(
    'port_in_use',
    `Port ${port} is taken: the port of health and metrics, ${port - 1} + 1. Stop what uses it, or choose another --port.`,
  );

function healthApp(parts: { state: () => HealthState; metrics: Metrics; log: Log }): Hono<GatewayEnv> {
  const { state, metrics } = parts;
  const checkHost = hostRule(() => state().names, ownAddress);
  const app = new Hono<GatewayEnv>();
  app.use((c, next) => {
    checkHost(c.env.incoming);
    return next();
  });
  // Alive is what can say so: a database or a cluster that is away comes back, and a restart would not bring it.
  app.get('/healthz', (c) => c.text('ok\n'));
  app.get('/readyz', (c) => {
    const { notReady, lastContact } = state();
    const contact =
      c.req.query('verbose') === undefined ? '' : `servers as of ${seconds(lastContact()).toFixed(1)} s ago\n`;
    return notReady === undefined ? c.text(`ok\n${contact}`) : c.text(`not ready: ${notReady}\n${contact}`, 503);
  });
  app.get('/metrics', async (c) => {
    const { servers, lastContact } = state();
    const text = await metrics.render({ servers: servers(), sourceLastContact: seconds(lastContact()) });
    return c.text(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.notFound(() => {
    throw new Failure('not_found', 'Here are /healthz, /readyz and /metrics.', { status: 404 });
  });
  app.onError((error, c) => refuse(error, c, parts));
  return app;
}

const seconds = (milliseconds: number): number => milliseconds / 1000;
