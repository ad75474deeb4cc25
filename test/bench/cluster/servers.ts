import { setTimeout as sleep } from 'node:timers/promises';
import { observeNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { CALL_HEADERS } from '../tool-call.ts';
import { quantile, seconds, tell, type Figure } from './figure.ts';
import type { Installed } from './installed.ts';

const ROUNDS = 5;
const POLL_MS = 10;
export const OPEN = { oauth: { required: false } };

/** A Node server on the kit: from its apply to Ready, and to the first list of its tools through the gateway. Medians. */
export async function measureFirstAnswer(installed: Installed): Promise<readonly Figure[]> {
  await using namespace = await observeNamespace(installed.api, 'bench-first');
  const [ready, answered]: [number[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const name = `first-${round}`;
    const applied = await namespace.apply(serverManifest(name, 'kit', OPEN));
    const [readyAt, answeredAt] = await Promise.all([namespace.ready(name), firstList(installed.endpoint(name))]);
    ready.push(readyAt - applied);
    answered.push(answeredAt - applied);
    tell(`${name}: Ready after ${seconds(readyAt - applied)}, its tools after ${seconds(answeredAt - applied)}`);
  }
  return [
    { figure: 'apply to Ready (Node server)', value: seconds(quantile(ready, 0.5)), wanted: '≤ 3 s' },
    { figure: 'apply to first tools/list', value: seconds(quantile(answered, 0.5)), wanted: '≤ 2 s' },
  ];
}

/** Milliseconds since 1970. */
async function firstList(endpoint: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
  for (;;) {
    const answer = await fetch(endpoint, { method: 'POST', headers: CALL_HEADERS, body })
      .then(async (response) => response.text())
      .catch(() => '');
    if (answer.includes('"echo"')) return Date.now();
    await sleep(POLL_MS);
  }
}

export async function measureImageMissing({ api }: Installed): Promise<readonly Figure[]> {
  await using namespace = await observeNamespace(api, 'bench-missing');
  const applied = await namespace.apply(serverManifest('missing', 'kit', { image: 'mooring.test/not-there:1' }));
  const told = await namespace.servers.first(
    'its image to be told as missing',
    (server) => conditionIn(server, 'Ready')?.reason === 'ImagePullFailed',
    { explain: () => namespace.story('missing') },
  );
  return [{ figure: 'image missing, apply to status', value: seconds(told.at - applied), wanted: '≤ 5 s' }];
}

/** Long enough for what an installation and the servers before have left behind. */
const SETTLE_MS = 30_000;

/** What the operator asks of the API server while nothing happens. A watch is opened anew every five minutes or so. */
export async function measureQuiet(installed: Installed, minutes = 5): Promise<readonly Figure[]> {
  await using namespace = await observeNamespace(installed.api, 'bench-quiet');
  await namespace.apply(serverManifest('quiet', 'kit', OPEN));
  await namespace.ready('quiet');
  await sleep(SETTLE_MS);
  const before = await installed.metrics();
  await sleep(minutes * 60_000);
  const after = await installed.metrics();
  const asked = (what: 'writes' | 'leaseWrites' | 'reads') => after[what] - before[what];
  return [
    { figure: `writes in ${minutes} quiet minutes, but for the lease`, value: String(asked('writes')), wanted: '0' },
    { figure: 'writes of the lease meanwhile', value: String(asked('leaseWrites')) },
    { figure: 'reads meanwhile: the lease by two operators, watches', value: String(asked('reads')) },
  ];
}
