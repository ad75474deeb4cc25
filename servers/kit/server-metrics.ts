import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** How a call ended: `failed` is told to the caller and no bug, `asked` waits for an answer of the client. */
export type Outcome = 'ok' | 'failed' | 'bug' | 'cancelled' | 'asked';
const OUTCOMES: readonly Outcome[] = ['ok', 'failed', 'bug', 'cancelled', 'asked'];

/** What is called: its definition's name, so that callers cannot invent series. */
export interface Callee {
  readonly kind: 'tool' | 'resource' | 'prompt';
  readonly name: string;
}

export interface ServerMetrics {
  observe(callee: Callee, outcome: Outcome, seconds: number): void;
  /** Prometheus text format. */
  render(): Promise<Response>;
}

/** Seconds: from a look into memory to work of minutes. */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 1, 2.5, 10, 60, 300];

/** Counts the calls of one server. Series begin with 0, so that the first failure is an increase. */
export function serverMetrics(callees: readonly Callee[]): ServerMetrics {
  const registry = new Registry();
  const calls = new Counter({
    name: 'mooring_server_calls_total',
    help: 'Calls of tools, reads of resources and uses of prompts by outcome.',
    labelNames: ['kind', 'name', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'mooring_server_call_duration_seconds',
    help: 'Time that a call took in this server.',
    labelNames: ['kind', 'name'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const memory: Gauge = new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers: [registry],
    collect: () => memory.set(process.memoryUsage.rss()),
  });
  for (const { kind, name } of callees) {
    for (const outcome of OUTCOMES) calls.inc({ kind, name, outcome }, 0);
    durations.zero({ kind, name });
  }
  return {
    observe: ({ kind, name }, outcome, seconds) => {
      calls.inc({ kind, name, outcome });
      durations.observe({ kind, name }, seconds);
    },
    render: async () => new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } }),
  };
}
