import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { refuseNavigation } from './refuse-navigation.ts';
import { readRequestBody, type RequestBody } from './request-body.ts';
import { failureOf } from './testing/failure-of.ts';
import { listen, type Listening } from './testing/listening.ts';

const CALL = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"a"}}';
const LIMITS = { requestBodyBytes: 4096, requestSeconds: 1, jsonDepth: 8 };

let server: Listening;
/** What the last request was read as. */
let outcomes: (RequestBody | Failure)[] = [];

beforeAll(async () => {
  server = await listen(async (incoming, outgoing) => {
    const outcome = await readRequestBody(incoming, LIMITS).catch((failure: unknown) => failure as Failure);
    outcomes.push(outcome);
    outgoing.writeHead(outcome instanceof Failure ? outcome.status : 200).end();
  });
});
afterAll(async () => server[Symbol.asyncDispose]());

async function read(body: string | Buffer, headers: Record<string, string> = {}): Promise<RequestBody | Failure> {
  outcomes = [];
  await fetch(server.url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  return outcomes[0] ?? new Failure('none', 'nothing was read');
}

/** Writes the pieces with pauses, so that they arrive as packets of their own. */
async function readPieces(pieces: readonly string[], length = pieces.join('').length): Promise<RequestBody | Failure> {
  outcomes = [];
  const socket = net.connect(server.port, '127.0.0.1').on('error', () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`);
  for (const piece of pieces) {
    await sleep(5);
    socket.write(piece);
  }
  await expect.poll(() => outcomes, { timeout: 3000 }).toHaveLength(1);
  socket.destroy();
  return outcomes[0] ?? new Failure('none', 'nothing was read');
}

describe('readRequestBody', () => {
  test('gives the bytes and the message', async () => {
    expect(await read(CALL)).toEqual({ raw: Buffer.from(CALL), messages: [JSON.parse(CALL)] });
  });

  test('gives every message of a batch', async () => {
    expect(await read(`[${CALL},${CALL}]`)).toMatchObject({ messages: [JSON.parse(CALL), JSON.parse(CALL)] });
  });

  test('joins what comes in pieces', async () => {
    expect(await readPieces([CALL.slice(0, 10), CALL.slice(10, 11), CALL.slice(11)])).toEqual({
      raw: Buffer.from(CALL),
      messages: [JSON.parse(CALL)],
    });
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json; profile=x',
  ])('takes %s', async (type) => {
    expect(await read(CALL, { 'content-type': type })).toMatchObject({ raw: Buffer.from(CALL) });
  });

  test.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/jsonp' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'application/json; charset=utf-7' },
    { 'content-type': 'application/json; charset=utf-16=utf-8' },
    { 'content-type': 'application/json; charset="utf-8' },
    { 'content-type': "application/json; charset*=utf-16''x" },
    { 'content-encoding': 'gzip' },
    { 'content-encoding': 'identity' },
  ])('refuses %j', async (headers) => {
    expect(await read(CALL, headers)).toMatchObject({ status: 415, code: 'unsupported_media_type' });
  });

  test('refuses a body without a type', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    socket.end(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${CALL.length}\r\n\r\n${CALL}`);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 415 /);
  });

  test.each([
    ['its length says so', (text: string) => read(text)],
    ['it turns out so', async (text: string) => readChunked(text)],
  ])('refuses what is too large as soon as %s', async (_, send) => {
    const largest = `"${'a'.repeat(LIMITS.requestBodyBytes - 2)}"`;
    expect(await send(largest)).toMatchObject({ code: 'invalid_message' });
    expect(await send(`${largest} `)).toMatchObject({ status: 413, code: 'request_too_large' });
  });

  test('does not wait for the rest of what is too large', async () => {
    expect(await readPieces(['a'], 5000)).toMatchObject({ code: 'request_too_large' });
  });

  test('refuses what does not arrive in time', async () => {
    const began = performance.now();
    expect(await readPieces(['{"json'], 100)).toMatchObject({ status: 408, code: 'request_timeout' });
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('ends when the client leaves', async () => {
    outcomes = [];
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{');
    await sleep(20);
    socket.resetAndDestroy();
    await expect.poll(() => outcomes).toMatchObject([{ status: 499, code: 'client_closed_request' }]);
  });

  test.each([
    ['no JSON', '{', 'parse_error'],
    ['an empty body', '', 'parse_error'],
    ['a name twice', '{"method":"a","method":"b"}', 'duplicate_json_key'],
    ['too many levels', '[[[[[[[[[]]]]]]]]]', 'json_too_deep'],
    ['an empty batch', '[]', 'invalid_message'],
    ['a name in another case', '{"Method":"a"}', 'ambiguous_json_key'],
  ])('refuses %s', async (_, body, code) => {
    expect(await read(body)).toMatchObject({ status: 400, code });
  });

  test('refuses headers that contradict the body', async () => {
    expect(await read(CALL, { 'mcp-name': 'b' })).toMatchObject({ status: 400, code: 'header_mismatch' });
  });
});

/** With fetch, a stream has no length. */
async function readChunked(body: string): Promise<RequestBody | Failure> {
  outcomes = [];
  const stream = new Blob([body]).stream();
  const headers = { 'content-type': 'application/json' };
  await fetch(server.url, { method: 'POST', body: stream, duplex: 'half', headers });
  return outcomes[0] ?? new Failure('none', 'nothing was read');
}

describe('refuseNavigation', () => {
  test.each([{}, { 'sec-fetch-mode': 'cors' }, { 'sec-fetch-mode': 'same-origin' }, { 'sec-fetch-mode': 'no-cors' }])(
    'passes %j',
    (headers) => {
      expect(failureOf(() => refuseNavigation(headers))).toBeUndefined();
    },
  );

  test('refuses what would become a page', () => {
    const failure = failureOf(() => refuseNavigation({ 'sec-fetch-mode': 'navigate' }));
    expect(failure).toMatchObject({ status: 403, code: 'navigation_refused' });
  });
});
