import type { Counts, TrafficOptions } from '../../e2e-cluster/toolbox/traffic.ts';
import type { Cluster } from './use-cluster.ts';

/** What clients of either era do, with connections that are kept and without. */
const CLIENTS = {
  '2026-07-28, kept connections': { era: '2026-07-28', keepAlive: true },
  '2026-07-28, a connection each': { era: '2026-07-28', keepAlive: false },
  '2025-11-25, kept connections': { era: '2025-11-25', keepAlive: true },
  '2025-11-25, a connection each': { era: '2025-11-25', keepAlive: false },
  /** Under way when whoever answers them is told to go. */
  'slow calls': { era: '2025-11-25', keepAlive: true, seconds: 4 },
} as const satisfies Readonly<Record<string, Pick<TrafficOptions, 'era' | 'keepAlive' | 'seconds'>>>;

export interface SteadyTraffic extends AsyncDisposable {
  /** Lets the calls under way end; what became of all, by kind of client. */
  stop(): Promise<Readonly<Record<keyof typeof CLIENTS, Counts>>>;
}

/** Calls of a server from inside the cluster, about a hundred a second, until it is stopped. */
export async function steadyTraffic(cluster: Cluster, server: string, token: string): Promise<SteadyTraffic> {
  const kinds = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[];
  const running = await Promise.all(
    kinds.map((kind) =>
      cluster.toolbox.traffic({
        ...CLIENTS[kind],
        url: cluster.insideEndpoint(server),
        host: cluster.publicHost,
        token,
        clients: 2,
        pauseMs: 50,
      }),
    ),
  );
  const stop = async () => {
    const counts = await Promise.all(running.map((traffic) => traffic.stop()));
    return Object.fromEntries(kinds.map((kind, index) => [kind, counts[index]])) as Record<
      keyof typeof CLIENTS,
      Counts
    >;
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

/** Every call that was lost, told; and every kind of client that had nothing to say. How many there were goes to the output of the run. */
export function losses(counts: Readonly<Record<string, Counts>>): readonly string[] {
  const all = Object.values(counts);
  const sum = (what: (each: Counts) => number): number => all.reduce((total, each) => total + what(each), 0);
  const slowest = Math.max(...all.map(({ slowestMs }) => slowestMs));
  const sent = sum(({ answered, lost }) => answered + lost);
  process.stdout.write(`${sum(({ lost }) => lost)} of ${sent} calls lost, the slowest took ${slowest} ms\n`);
  return Object.entries(counts).flatMap(([kind, { answered, lost, losses: told }]) => [
    ...(answered < MEANINGFUL ? [`${kind}: none was answered`] : []),
    ...(lost > 0 ? [`${kind}: ${lost} of ${answered + lost} lost`] : []),
    ...told.map(({ at, afterMs, what }) => `  ${at} after ${afterMs} ms: ${what}`),
  ]);
}

/** Calls: without one the traffic itself did not run. */
const MEANINGFUL = 1;
