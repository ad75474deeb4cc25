import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { RequestBody } from './proxy/request-body.ts';

/** One request to an MCP endpoint that is over. */
export interface ObservedRequest {
  /** `<namespace>/<name>`; empty for names that are no servers'. */
  readonly server: string;
  /** One of methodLabel's. */
  readonly method: string;
  readonly status: number;
  /** Until the head of the answer. */
  readonly seconds: number;
}

export interface Metrics {
  observe(request: ObservedRequest): void;
  /** Counts an error response of our own by its stable code. */
  refused(code: string): void;
  /** Prometheus text format. */
  render(now: MetricsNow): Promise<string>;
}

/** What is looked up when somebody asks. */
export interface MetricsNow {
  /** The qualified names that exist: each has its series, and others have none. */
  readonly servers: readonly string[];
  /** Seconds since the source of the servers was heard of. */
  readonly sourceLastContact: number;
}

/** Methods of MCP, both eras. What is not among them is one series, because clients can invent names. */
const RPC_METHODS = new Set([
  'completion/complete',
  'initialize',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/initialized',
  'notifications/progress',
  'notifications/roots/list_changed',
  'ping',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'resources/unsubscribe',
  'server/discover',
  'subscriptions/listen',
  'tasks/cancel',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/update',
  'tools/call',
  'tools/list',
]);
const HTTP_METHODS = new Set(['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD']);

/** What a request asks for: the method of its JSON-RPC message; the HTTP method where it has none, or it was not read. */
export function methodLabel(httpMethod: string | undefined, body: RequestBody | undefined): string {
  const [message, another] = body?.messages ?? [];
  if (another) return 'batch';
  if (message?.method !== undefined) return RPC_METHODS.has(message.method) ? message.method : 'other';
  return httpMethod !== undefined && HTTP_METHODS.has(httpMethod) ? httpMethod : 'other';
}

/** Seconds: from what the gateway itself needs to what people wait for. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.25, 1, 2.5, 10, 60];

export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = new Counter({
    name: 'mooring_gateway_requests_total',
    help: 'Requests to MCP endpoints by server, JSON-RPC (else HTTP) method and HTTP status.',
    labelNames: ['server', 'method', 'status'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'mooring_gateway_request_duration_seconds',
    help: 'Time until the head of the answer to a request to an MCP endpoint.',
    labelNames: ['server'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'mooring_gateway_refusals_total',
    help: 'Error responses of the gateway itself by code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const lastContact = new Gauge({
    name: 'mooring_source_last_contact_seconds',
    help: 'Time since the source of the servers (the API server of the cluster) was heard of; what is served may be as old.',
    registers: [registry],
  });
  addProcess(registry);

  /** Series begin with 0, so that the first error of a server is an increase, and end with their server. */
  async function follow(servers: readonly string[]): Promise<void> {
    const wanted = new Set(['', ...servers]);
    for (const { labels } of (await requests.get()).values) {
      if (!wanted.has(String(labels.server))) requests.remove(labels);
    }
    const seen = new Set((await durations.get()).values.map(({ labels }) => String(labels.server)));
    for (const server of seen) if (!wanted.has(server)) durations.remove({ server });
    for (const server of wanted) {
      requests.inc({ server, method: 'tools/call', status: 200 }, 0);
      if (!seen.has(server)) durations.zero({ server });
    }
  }

  return {
    observe: ({ server, method, status, seconds }) => {
      requests.inc({ server, method, status });
      durations.observe({ server }, seconds);
    },
    refused: (code) => refusals.inc({ code }),
    render: async ({ servers, sourceLastContact }) => {
      await follow(servers);
      lastContact.set(sourceLastContact);
      return registry.metrics();
    },
  };
}

/** The names that every Prometheus client gives to what it knows of its process. */
function addProcess(registry: Registry): void {
  const registers = [registry];
  const memory: Gauge = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect: () => memory.set(process.memoryUsage.rss()),
  });
  const cpu: Counter = new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU time, user and system.',
    registers,
    collect: () => {
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / 1e6);
    },
  });
}
