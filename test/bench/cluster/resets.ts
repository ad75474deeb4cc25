import { setTimeout as sleep } from 'node:timers/promises';
import { quantile, tell, type Figure } from './figure.ts';
import { names, SERVICES } from './fleet.ts';
import { startThroughProxy } from './through-proxy.ts';

const RESET_EVERY_MS = 20_000;
/** Not a divisor of the resets, so that some fall into the moment of one. */
const CHANGE_EVERY_MS = 130;
const SERVERS = 200;
/** After the last change; whoever needs longer waits for something that he has missed. */
const GRACE_MS = 10_000;

/** All connections of the operator are reset again and again while servers are edited and made and their Services are deleted. */
export async function measureResets(minutes = 5): Promise<readonly Figure[]> {
  const servers = names(SERVERS);
  await using stage = await startThroughProxy(servers);
  const { fleet, proxy } = stage;
  await proxy.set({ cutEveryMs: RESET_EVERY_MS });
  const edited = new Map<string, string>();
  const made: string[] = [];
  const latencies: number[] = [];
  let deletions = 0;
  let notBack = 0;
  let changes = 0;
  for (const end = performance.now() + minutes * 60_000; performance.now() < end; await sleep(CHANGE_EVERY_MS)) {
    const name = servers[changes % SERVERS] ?? '';
    const value = String(changes);
    const started = performance.now();
    if (changes % 10 === 3) {
      const fresh = `made-${changes}`;
      made.push(fresh);
      await fleet.create(fresh);
    } else if (changes % 10 === 7) {
      deletions += 1;
      // Not there: the deletion before this one was missed.
      await fleet.remove(SERVICES, name).catch(() => (notBack += 1));
    } else {
      edited.set(name, value);
      await fleet.edit(name, value);
      void fleet.arrival(name, value).then((at) => latencies.push(at - started));
    }
    changes += 1;
    if (changes % 500 === 0) tell(`${changes} changes`);
  }
  await sleep(GRACE_MS);
  const [values, services] = await Promise.all([fleet.values(), fleet.names(SERVICES)]);
  const missedEdits = [...edited].filter(([name, value]) => values.get(name) !== value);
  const missedServers = made.filter((name) => !values.has(name));
  const missedDeletions = servers.filter((name) => !services.has(name));
  const missed = missedEdits.length + missedServers.length + missedDeletions.length + notBack;
  const inRests = (share: number): string => `${quantile(latencies, share).toFixed(0)} ms`;
  return [
    {
      figure: `changes missed, connections reset every ${RESET_EVERY_MS / 1000} s for ${minutes} min`,
      value: `${missed} of ${changes} (${made.length} servers made, ${deletions} Services deleted)`,
      wanted: '0',
    },
    { figure: 'an edit meanwhile: median, p99, longest', value: [0.5, 0.99, 1].map(inRests).join(', ') },
  ];
}
