import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Hono } from 'hono';
import pino from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { McpServer } from '../../crds/mcpserver.ts';
import { homePaths } from '../../core/home.ts';
import { openControlStream } from './client.ts';
import { addLogsRoute, type LogRange } from './logs-route.ts';
import { openControl, type Control } from './server.ts';

let home: string;
let control: Control;
/** What the log was asked for last, and how many portions were taken of it. */
let asked: LogRange | undefined;
let taken: number;

/** 64 KiB. */
const PORTION = ['x'.repeat(64 * 1024 - 1)];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'mooring-logs-'));
  control = await openControl(homePaths(home).controlSocket, pino({ level: 'silent' }));
  taken = 0;
  const app = new Hono();
  addLogsRoute(app, {
    source: { list: () => [{ metadata: { namespace: 'team', name: 'notes' } } as McpServer] },
    async *readLog(_, range) {
      asked = range;
      for (; range.follow ? !range.signal.aborted : taken < 2; taken += 1) yield PORTION;
    },
  });
  control.serve(app);
});

afterEach(async () => {
  await control.close();
  await rm(home, { recursive: true });
});

const open = async (query = '', name = 'team/notes', signal = new AbortController().signal): Promise<IncomingMessage> =>
  openControlStream(home, `/v1/logs/${name}?${query}`, signal);

test('lines as they come, of the time and the number that were asked for', async () => {
  expect(await text(await open('sinceMs=60000&tail=5'))).toBe(`${PORTION[0]}\n`.repeat(2));
  expect(asked).toMatchObject({ follow: false, tail: 5 });
  expect(Math.abs(Date.now() - 60_000 - (asked?.since?.getTime() ?? 0))).toBeLessThan(5000);
});

test('who does not read holds up the log, and fills no memory', async () => {
  const stream = await open('follow=true');
  stream.pause();
  await expect
    .poll(async () => [taken, await sleep(100), taken], { timeout: 10_000 })
    .toSatisfy(([before, , after]) => before === after && after > 0);
  // The buffers of two ends of a socket.
  expect(taken).toBeLessThan(50);
  const before = taken;
  stream.resume();
  await expect.poll(() => taken).toBeGreaterThan(before + 100);
  stream.destroy();
});

test('who leaves is forgotten', async () => {
  const left = new AbortController();
  const stream = await open('follow=true', 'team/notes', left.signal);
  stream.on('error', () => {}).resume();
  await expect.poll(() => taken).toBeGreaterThan(3);
  left.abort();
  await expect.poll(() => asked?.signal.aborted).toBe(true);
});

test.each([
  ['team/other', '', 'unknown_server'],
  ['other/notes', '', 'unknown_server'],
  ['team/notes', 'tail=-1', 'invalid_request'],
  ['team/notes', 'sinceMs=1e99', 'invalid_request'],
  ['team/notes', 'follow=maybe', 'invalid_request'],
  ['team/notes', 'lines=1', 'invalid_request'],
])('%s with "%s" is %s', async (name, query, code) => {
  await expect(open(query, name)).rejects.toMatchObject({ code });
});
