import { expect, test } from 'vitest';
import { maskLines } from './mask-lines.ts';

test('credentials in lines, and keys over several of them', () => {
  const mask = maskLines();
  const lines = [
    'password=hunter2 is read',
    '-----BEGIN PRIVATE KEY-----',
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7',
    'q83vEg==',
    '-----END PRIVATE KEY-----',
    'listening',
    '-----BEGIN EC PRIVATE KEY-----MHcCAQEE-----END EC PRIVATE KEY-----',
    'still listening',
  ];
  expect(lines.map(mask)).toEqual([
    'password=*** is read',
    '-----BEGIN PRIVATE KEY----- ***',
    '***',
    '***',
    '-----END PRIVATE KEY-----',
    'listening',
    '-----BEGIN EC PRIVATE KEY----- ***',
    'still listening',
  ]);
});

test('a beginning without an end does not hide the log for ever', () => {
  const mask = maskLines();
  mask('-----BEGIN PRIVATE KEY-----');
  const lines = Array.from({ length: 301 }, () => mask('x'));
  expect(lines.filter((line) => line === '***')).toHaveLength(300);
  expect(lines.at(-1)).toBe('x');
});

test('lines that begin within a key show nothing of it', () => {
  const mask = maskLines();
  const body = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7MIIEvQIBADAN';
  const lines = [body, `${body.slice(0, 40)}==`, '-----END PRIVATE KEY-----', body, 'listening'];
  expect(lines.map(mask)).toEqual(['***', '***', '-----END PRIVATE KEY-----', body, 'listening']);
});

test('a log that begins with words is shown', () => {
  expect(['listening', 'InternalServerErrorOfSomething'].map(maskLines())).toEqual([
    'listening',
    'InternalServerErrorOfSomething',
  ]);
});
