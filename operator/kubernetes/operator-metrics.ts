import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ApiCall } from '../../crds/kubernetes/kubernetes-api.ts';
import { WORKERS } from '../main.ts';
import type { Outcome } from '../outcome.ts';
import type { QueueObserver } from '../work-queue.ts';

/** What is read when metrics are asked for. */
export interface OperatorGauges {
  readonly isLeader: () => boolean;
  /** Servers that wait for their reconcile. */
  readonly depth: () => number;
  /** ms since the API server was heard of everything that is watched. */
  readonly lastContact: () => number;
}

export interface OperatorMetrics {
  readonly queue: QueueObserver;
  onCall(call: ApiCall): void;
  /** Prometheus text format. */
  render(): Promise<string>;
}

/** controller-runtime's word for each way in which a reconcile ends. */
const RESULTS: Readonly<Record<Outcome['kind'], string>> = {
  settled: 'success',
  stalled: 'success',
  waiting: 'requeue_after',
  transient: 'error',
};

/** Seconds: a reconcile from memory takes less than one ms, one that writes some round trips; the last ones are for an API server in trouble. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const VERBS = ['GET', 'WATCH', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** Dashboards and alerts for controllers know these names and labels (controller-runtime and client-go). */
const LABELS = { controller: 'mcpserver', name: 'mcpserver' } as const;

/** Every series begins with 0, so that the first error is an increase. */
export function createOperatorMetrics({ isLeader, depth, lastContact }: OperatorGauges): OperatorMetrics {
  const registry = new Registry();
  const registers = [registry];
  const controller = { labelNames: ['controller'], registers } as const;
  const workqueue = { labelNames: ['name'], registers } as const;
  const gauge = (name: string, help: string, read: () => number): void => {
    const metric: Gauge = new Gauge({ name, help, registers, collect: () => metric.set(read()) });
  };

  const reconciles = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Reconciles that failed.',
    ...controller,
  });
  const reconcileTime = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Time of a reconcile.',
    buckets: BUCKETS,
    ...controller,
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Reconciles under way.',
    ...controller,
  });
  const most = new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Most reconciles at a time.',
    ...controller,
  });
  const adds = new Counter({
    name: 'workqueue_adds_total',
    help: 'Servers that were put into the queue.',
    ...workqueue,
  });
  const retries = new Counter({ name: 'workqueue_retries_total', help: 'Retries of failed reconciles.', ...workqueue });
  const waits = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'Time in the queue before a reconcile.',
    buckets: BUCKETS,
    ...workqueue,
  });
  const queueDepth: Gauge<'name'> = new Gauge({
    name: 'workqueue_depth',
    help: 'Servers that wait for their reconcile.',
    ...workqueue,
    collect: () => queueDepth.set({ name: LABELS.name }, depth()),
  });
  const calls = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by method and HTTP status (error: there was none).',
    labelNames: ['method', 'code'],
    registers,
  });
  gauge('mooring_leader', 'Whether this replica leads: 1 or 0.', () => (isLeader() ? 1 : 0));
  gauge(
    'mooring_api_last_contact_seconds',
    'Time since the API server was heard of everything that is watched; 0 while every watch is open.',
    () => lastContact() / 1000,
  );
  gauge('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss());
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

  const { controller: label, name } = LABELS;
  for (const result of new Set(Object.values(RESULTS))) reconciles.inc({ controller: label, result }, 0);
  errors.inc({ controller: label }, 0);
  reconcileTime.zero({ controller: label });
  active.set({ controller: label }, 0);
  most.set({ controller: label }, WORKERS);
  adds.inc({ name }, 0);
  retries.inc({ name }, 0);
  waits.zero({ name });
  for (const verb of VERBS) calls.inc({ method: verb, code: verb === 'POST' ? '201' : '200' }, 0);

  return {
    queue: {
      added: () => adds.inc({ name }),
      started(seconds) {
        waits.observe({ name }, seconds);
        active.inc({ controller: label });
      },
      ended({ kind }, seconds) {
        active.dec({ controller: label });
        reconcileTime.observe({ controller: label }, seconds);
        reconciles.inc({ controller: label, result: RESULTS[kind] });
        if (kind !== 'transient') return;
        errors.inc({ controller: label });
        retries.inc({ name });
      },
    },
    onCall: ({ verb, code }) => calls.inc({ method: verb, code }),
    render: async () => registry.metrics(),
  };
}
