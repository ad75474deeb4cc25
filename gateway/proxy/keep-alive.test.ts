import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mcpServer } from '../testing/memory-source.ts';
import { open } from './testing/exchange.ts';
import { listen } from './testing/listening.ts';
import { startProxy } from './testing/start-proxy.ts';

const SILENCE_MS = 50;

/** What the client gets of a stream whose server writes these pieces, each after some silence. */
async function received(pieces: readonly string[], headers: Record<string, string> = {}): Promise<string> {
  await using backend = await listen((_incoming, outgoing) => void answer(outgoing, pieces, headers));
  await using proxy = await startProxy({ server: mcpServer('a', { backend: backend.url }), keepAliveMs: SILENCE_MS });
  const response: IncomingMessage = await open(proxy.url, { method: 'GET' });
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}

async function answer(outgoing: ServerResponse, pieces: readonly string[], headers: Record<string, string>) {
  outgoing.writeHead(200, { 'content-type': 'text/event-stream', ...headers }).flushHeaders();
  for (const piece of pieces) {
    await sleep(4 * SILENCE_MS);
    outgoing.write(piece);
  }
  await sleep(4 * SILENCE_MS);
  outgoing.end();
}

test.concurrent.each([
  ['LF', 'data: 1\n\n'],
  ['CRLF', 'data: 1\r\n\r\n'],
  ['CR', 'data: 1\r\r'],
])('a stream with %s is sent comments before and after its event', async (_, event) => {
  expect(await received([event])).toMatch(new RegExp(`^(:\\n\\n)+${event}(:\\n\\n)+$`));
});

test.concurrent('an event that comes in pieces is left whole, and the silence after it is filled', async () => {
  expect(await received(['data: 1\n', '\n'])).toMatch(/^(:\n\n)+data: 1\n\n(:\n\n)+$/);
});

test.concurrent('nothing is put into a body that is measured', async () => {
  expect(await received(['data: 1\n\n'], { 'content-length': '9' })).toBe('data: 1\n\n');
});
