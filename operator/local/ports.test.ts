import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openPorts } from './ports.ts';

async function occupy(port: number, host: string): Promise<AsyncDisposable> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return { [Symbol.asyncDispose]: async () => new Promise((resolve) => server.close(() => resolve())) };
}

test('the wanted port where it is free', async () => {
  expect(await openPorts().hold('a', 6123)).toBe(6123);
});

test.each(['127.0.0.1', '0.0.0.0'])('another one where somebody listens on %s', async (host) => {
  await using _listener = await occupy(6124, host);
  const port = await openPorts().hold('a', 6124);
  expect(port).not.toBe(6124);
  expect(port).toBeGreaterThanOrEqual(5000);
  expect(port).toBeLessThan(6000);
});

test('never one twice, not even for those who ask at the same moment', async () => {
  const ports = openPorts();
  const held = await Promise.all(Array.from({ length: 20 }, async () => ports.hold('same', 6125)));
  expect(new Set(held).size).toBe(20);
});

test('the same owner gets the same port again, also in the next life of Mooring', async () => {
  const ports = openPorts();
  const port = await ports.hold('default/notes', undefined);
  ports.release(port ?? 0);
  expect(await ports.hold('default/notes', undefined)).toBe(port);
  expect(await openPorts().hold('default/notes', undefined)).toBe(port);
});

test('never the ports that browsers refuse, and undefined when all are taken', async () => {
  const ports = openPorts();
  expect(await ports.hold('a', 5060)).not.toBe(5060);
  const all = new Set<number | undefined>();
  for (let i = 0; i < 1000; i++) all.add(await ports.hold(`owner-${i}`, undefined));
  expect(all.has(5060) || all.has(5061)).toBe(false);
  expect(all.has(undefined)).toBe(true);
});
