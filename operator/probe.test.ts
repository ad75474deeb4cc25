import type { RequestListener } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PROBE_TIMES, startProbe, type Answer, type Probe, type ProbeTimes } from './probe.ts';
import { listen } from './testdata/listen.ts';
import { sdkV2 } from './testdata/mcp-servers.ts';

const TIMES: ProbeTimes = {
  ...PROBE_TIMES,
  firstMs: 10,
  renewMs: 60,
  confirmMs: 30,
  lookMs: 200,
  wrongMs: 100,
  hintMs: 300_000,
};

/** A probe and everything that it came to say. */
function probe(url: string, startupMs = 5000, times = TIMES): Probe & AsyncDisposable & { said: string[] } {
  const said: string[] = [];
  const name = (answer: Answer) => (answer.kind === 'failed' ? answer.cause.reason : answer.kind);
  const started = startProbe(
    { id: 'i', url, output: '/logs/notes.log', server: 'default/notes', startupMs },
    { sign: async () => 'signed', times, onChange: () => void said.push(name(started.answer())) },
  );
  return { ...started, said, [Symbol.asyncDispose]: async () => started.stop() };
}

/** A handler that can be exchanged. */
function switched(first: RequestListener): { handler: RequestListener; use: (next: RequestListener) => void } {
  let current = first;
  return { handler: (...exchange) => current(...exchange), use: (next) => void (current = next) };
}

const silent: RequestListener = () => {};
const notFound: RequestListener = (_, response) => response.writeHead(404).end();

test('says once that a server answers, and again only when it says something else', async () => {
  const server = switched(sdkV2());
  await using listening = await listen(server.handler);
  await using probing = probe(listening.url);
  await expect.poll(() => probing.said).toEqual(['answered']);
  await sleep(250);
  expect(probing.said).toEqual(['answered']);
  const before = probing.answer();
  server.use(sdkV2('stateless', 'changed'));
  await expect.poll(() => probing.said.length, { timeout: 2000 }).toBeGreaterThan(1);
  expect(probing.answer()).not.toEqual(before);
});

test('404 while a framework starts is no verdict; one that stays is', async () => {
  const server = switched(notFound);
  await using listening = await listen(server.handler);
  await using starting = probe(listening.url);
  await sleep(50);
  server.use(sdkV2());
  await expect.poll(() => starting.said).toEqual(['answered']);
  server.use(notFound);
  await using wrong = probe(listening.url);
  await expect.poll(() => wrong.said).toEqual(['NotMcp']);
  // It can still become right.
  server.use(sdkV2());
  await expect.poll(() => wrong.said).toEqual(['NotMcp', 'answered']);
});

test('silence is a failure only after the time to start', async () => {
  await using listening = await listen(silent);
  const begin = performance.now();
  await using probing = probe(listening.url, 400);
  await expect.poll(() => probing.said, { timeout: 3000 }).toEqual(['NoAnswer']);
  expect(performance.now() - begin).toBeGreaterThan(390);
});

test('silence is told of soon, without a verdict; the words stay the same when it is one', async () => {
  await using listening = await listen(silent);
  await using probing = probe(listening.url, 600, { ...TIMES, hintMs: 100 });
  const cause = () => {
    const answer = probing.answer();
    return answer.kind === 'failed' ? answer.cause : undefined;
  };
  await expect.poll(cause, { timeout: 3000 }).toMatchObject({ reason: 'NoAnswer', stalled: false });
  const hint = cause();
  await expect.poll(cause, { timeout: 3000 }).toEqual({ ...hint, stalled: true });
  expect(probing.said).toEqual(['NoAnswer', 'NoAnswer']);
});

test('one look in vain at a server that answered before is none; two are', async () => {
  const server = switched(sdkV2());
  await using listening = await listen(server.handler);
  await using probing = probe(listening.url);
  await expect.poll(() => probing.said).toEqual(['answered']);
  let refused = 0;
  server.use((request, response) => {
    server.use(sdkV2());
    refused++;
    notFound(request, response);
  });
  await sleep(250);
  expect([refused, probing.said]).toEqual([1, ['answered']]);
  server.use(silent);
  await expect.poll(() => probing.said, { timeout: 3000 }).toEqual(['answered', 'NotAnswering']);
  server.use(sdkV2());
  await expect.poll(() => probing.said, { timeout: 3000 }).toEqual(['answered', 'NotAnswering', 'answered']);
});

test('says nothing after stop, which does not wait for a server', async () => {
  await using listening = await listen(silent);
  const probing = probe(listening.url, 100);
  await sleep(30);
  await probing.stop();
  await sleep(150);
  expect(probing.said).toEqual([]);
});

test('a probe that breaks says so, and ends nothing else', async () => {
  await using probing = probe('http://[', 100);
  await expect.poll(() => probing.said, { timeout: 3000 }).toEqual(['ProbeBroken']);
});
