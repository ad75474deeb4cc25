/** What the operator counts of its own calls (operator/kubernetes/operator-metrics.ts). */
export interface OperatorMetrics {
  /** Of objects; nothing but the lease is written by PUT. */
  readonly writes: number;
  readonly leaseWrites: number;
  readonly reads: number;
  readonly reconciles: number;
  readonly depth: number;
  readonly isLeader: boolean;
}

/** Of the Prometheus text format, as far as our metrics go: no time stamps, no commas in labels. */
export function readMetrics(text: string): OperatorMetrics {
  const samples = text.split('\n').flatMap((line) => {
    const [, name = '', labels = '', value] = /^([a-z_]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return value === undefined ? [] : [{ name, labels, value: Number(value) }];
  });
  const sum = (name: string, label = ''): number =>
    samples
      .filter((sample) => sample.name === name && sample.labels.includes(label))
      .reduce((total, { value }) => total + value, 0);
  const calls = (...methods: readonly string[]): number =>
    methods.reduce((total, method) => total + sum('rest_client_requests_total', `method="${method}"`), 0);
  return {
    writes: calls('POST', 'PATCH', 'DELETE'),
    leaseWrites: calls('PUT'),
    reads: calls('GET', 'WATCH'),
    reconciles: sum('controller_runtime_reconcile_total'),
    depth: sum('workqueue_depth'),
    isLeader: sum('mooring_leader') === 1,
  };
}
