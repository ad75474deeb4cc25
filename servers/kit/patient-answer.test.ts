import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { patientAnswer } from './patient-answer.ts';

const RESULT = { jsonrpc: '2.0', id: 1, result: { text: 'done\nand\r\nmore' } };
const EVENTS = { 'content-type': 'text/event-stream' };

const post = (accept = 'application/json, text/event-stream') =>
  new Request('http://localhost/mcp', { method: 'POST', headers: { accept } });

async function later<T>(value: T, ms = 60): Promise<T> {
  await sleep(ms);
  return value;
}

test('a quick answer stays as it is', async () => {
  const answer = Response.json(RESULT);
  expect(await patientAnswer(post(), Promise.resolve(answer), 1000)).toBe(answer);
});

test('a slow one begins as a stream and ends with the same message', async () => {
  const begun = performance.now();
  const response = await patientAnswer(post(), later(Response.json(RESULT), 3000), 20);
  expect(performance.now() - begun).toBeLessThan(2500);
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const [comment, event] = (await response.text()).split(/(?<=:\n\n)/);
  expect(comment).toBe(':\n\n');
  const [kind, data] = event?.trimEnd().split('\n') ?? [];
  expect(kind).toBe('event: message');
  expect(JSON.parse(data?.slice('data: '.length) ?? '')).toEqual(RESULT);
});

test('a slow one that is a stream passes with all its events', async () => {
  const answer = new Response('data: 1\n\ndata: 2\n\n', { headers: EVENTS });
  expect(await (await patientAnswer(post(), later(answer), 20)).text()).toBe(':\n\ndata: 1\n\ndata: 2\n\n');
});

test('who takes no streams waits', async () => {
  const answer = Response.json(RESULT);
  expect(await patientAnswer(post('application/json'), later(answer), 20)).toBe(answer);
});

test('an answer that fails after the head ends the stream with an error', async () => {
  const response = await patientAnswer(
    post(),
    sleep(60).then(() => Promise.reject(new Error('gone'))),
    20,
  );
  await expect(response.text()).rejects.toThrow('gone');
});
