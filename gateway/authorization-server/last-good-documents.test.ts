import { expect, test } from 'vitest';
import { withLastGoodDocuments } from './last-good-documents.ts';

const HOUR = 60 * 60 * 1000;
const URL_A = 'https://a.example/client.json';

function site() {
  let answer: () => Promise<Response> = async () => new Response('{}');
  let time = 0;
  const fetch = withLastGoodDocuments(
    () => answer(),
    () => time,
  );
  return {
    read: async (url = URL_A) => {
      const response = await fetch(url);
      return `${response.status} ${await response.text()}`;
    },
    headers: async () => (await fetch(URL_A)).headers,
    answers: (body: string, status = 200) => {
      answer = async () =>
        new Response(body, { status, headers: { 'cache-control': 'max-age=60', 'set-cookie': 'x=y' } });
    },
    isDown: () => {
      answer = async () => Promise.reject(new Error('down'));
    },
    wait: (milliseconds: number) => (time += milliseconds),
  };
}

test('an answer comes through, with what says how long it holds', async () => {
  const { read, headers, answers } = site();
  answers('one');
  expect(await read()).toBe('200 one');
  expect(Object.fromEntries(await headers())).toEqual({
    'content-type': expect.any(String),
    'cache-control': 'max-age=60',
  });
  answers('two');
  expect(await read()).toBe('200 two');
});

test('while the site is down or broken the last good document holds, for a day', async () => {
  const { read, answers, isDown, wait } = site();
  answers('good');
  await read();
  isDown();
  expect(await read()).toBe('200 good');
  answers('broken', 503);
  expect(await read()).toBe('200 good');
  wait(24 * HOUR);
  await expect(read()).rejects.toThrow('503');
});

test('without a good one the failure is a failure', async () => {
  const { read, isDown } = site();
  isDown();
  await expect(read()).rejects.toThrow('down');
});

test('a document that the site has taken away is gone', async () => {
  const { read, answers, isDown } = site();
  answers('good');
  await read();
  answers('gone', 404);
  expect(await read()).toBe('404 gone');
  isDown();
  await expect(read()).rejects.toThrow('down');
});

test('at most a hundred documents are kept, the newest of them', async () => {
  const { read, answers, isDown } = site();
  answers('good');
  for (let n = 0; n <= 100; n += 1) await read(`https://a.example/${n}`);
  isDown();
  await expect(read('https://a.example/0')).rejects.toThrow('down');
  expect(await read('https://a.example/1')).toBe('200 good');
});
