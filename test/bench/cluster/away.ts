import { setTimeout as sleep } from 'node:timers/promises';
import { seconds, type Figure } from './figure.ts';
import { names } from './fleet.ts';
import { startThroughProxy } from './through-proxy.ts';

const SERVERS = 20;

/** The operator loses the API server, refused or silent, and a server is edited meanwhile. */
export async function measureAway(awaySeconds = 60): Promise<readonly Figure[]> {
  const servers = names(SERVERS);
  await using stage = await startThroughProxy(servers);
  const { fleet, proxy, operator } = stage;
  const [first = ''] = servers;
  const figures: Figure[] = [];
  for (const fault of ['away', 'frozen'] as const) {
    await proxy.set({ [fault]: true });
    await fleet.edit(first, fault);
    await sleep(awaySeconds * 1000);
    const back = performance.now();
    await proxy.set({ [fault]: false });
    const arrived = await fleet.arrival(first, fault);
    // It answers: it is the process that was there before.
    await operator.metrics();
    figures.push({
      figure: `API server ${fault} for ${awaySeconds} s: from its return until the edit is applied`,
      value: seconds(arrived - back),
      wanted: '≤ 5 s',
    });
  }
  return figures;
}
