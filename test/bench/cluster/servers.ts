import { setTimeout as sleep } from 'node:timers/promises';
import { observeNamespace, type ObservedNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn } from '../../support/cluster/recorder.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { CALL_HEADERS } from '../tool-call.ts';
import { quantile, seconds, tell, type Figure } from './figure.ts';
import type { Installed } from './installed.ts';
import { buildTinyImage, TINY_IMAGE } from './tiny-image.ts';

const ROUNDS = 5;
const POLL_MS = 10;
const OPEN = { oauth: { required: false } };

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

/** Many servers at once, and what the operator writes for them. */
export async function measureMany(installed: Installed, count = 100): Promise<readonly Figure[]> {
  await buildTinyImage();
  await using namespace = await observeNamespace(installed.api, 'bench-many');
  const names = Array.from({ length: count }, (_, index) => `tiny-${index}`);
  const { writes: before } = await installed.metrics();
  const started = Date.now();
  for (const name of names) await namespace.apply(tinyServer(name));
  const ready = Math.max(...(await Promise.all(names.map(async (name) => readySoon(namespace, name)))));
  await sleep(5000);
  const { writes: after } = await installed.metrics();
  return [
    { figure: `${count} servers, until all are Ready`, value: seconds(ready - started), wanted: '≤ 28 s' },
    { figure: 'writes a server', value: ((after - before) / count).toFixed(2), wanted: '≤ 8' },
  ];
}

const tinyServer = (name: string) => {
  const { spec, ...rest } = serverManifest(name, 'plain', { ...OPEN, image: TINY_IMAGE });
  return { ...rest, spec: { ...spec, args: [], resources: { requests: { cpu: '1m', memory: '8Mi' } } } };
};

async function readySoon(namespace: ObservedNamespace, name: string): Promise<number> {
  const isReady = (server: Parameters<typeof conditionIn>[0]) =>
    server?.metadata.name === name && conditionIn(server, 'Ready')?.status === 'True';
  const options = { timeoutMs: 300_000, explain: () => namespace.story(name) };
  return (await namespace.servers.first(`${name} to be Ready`, isReady, options)).at;
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
