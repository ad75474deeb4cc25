import { Counter, Histogram, Registry } from 'prom-client';

export interface Metrics {
  /** One request to an MCP endpoint. `milliseconds` until the head of its answer; the shape of each server's series is bounded by the source. */
  observe(server: string, method: string, status: number, milliseconds: number): void;
  /** Prometheus text format. */
  render(): Promise<string>;
}

/** Verbs that an endpoint knows; others are one series, because clients can invent them. */
const METHODS = new Set(['GET', 'POST', 'DELETE', 'OPTIONS']);

/** Seconds: from what the gateway itself needs to what people wait for. */
const BUCKETS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = new Counter({
    name: 'mooring_gateway_requests_total',
    help: 'Requests to MCP endpoints.',
    labelNames: ['server', 'method', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'mooring_gateway_request_duration_seconds',
    help: 'Time until the head of the answer.',
    labelNames: ['server'],
    buckets: BUCKETS,
    registers: [registry],
  });
  return {
    observe(server, method, status, milliseconds) {
      requests.inc({ server, method: METHODS.has(method) ? method : 'other', status });
      durations.observe({ server }, milliseconds / 1000);
    },
    render: async () => registry.metrics(),
  };
}
