import type { Callee, Outcome, ServerMetrics } from './server-metrics.ts';

/** Starts the clock of one call; the answer stops it. */
export function observed(metrics: ServerMetrics, callee: Callee): (outcome: Outcome) => void {
  const began = performance.now();
  return (outcome) => metrics.observe(callee, outcome, (performance.now() - began) / 1000);
}
