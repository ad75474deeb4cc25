import { expect, test } from 'vitest';
import { createHealthApp } from './health.ts';
import { readableLog } from '../test/support/log-lines.ts';
import { listen } from './listen.ts';
import { createMetrics } from './metrics.ts';
import { exchange } from './proxy/testing/exchange.ts';
import { createServerIndex } from './server-index.ts';
import { mcpServer, memorySource } from './testing/memory-source.ts';

test('probes tell alive from ready, and metrics know every server', async () => {
  let isReady = false;
  const { log } = readableLog();
  const metrics = createMetrics();
  const names = { publicUrl: 'http://localhost:8080', allowedHosts: [] };
  const index = createServerIndex(memorySource(mcpServer('a')));
  const app = createHealthApp({ names: () => names, isReady: () => isReady, index, metrics, log });
  const listener = await listen(app, { port: 0, maxHeaderSize: 8192, requestSeconds: 60, log, metrics });
  const get = (path: string) => exchange(`http://localhost:${listener.port}${path}`, { method: 'GET' });

  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(503);
  isReady = true;
  expect((await get('/readyz')).status).toBe(200);
  expect((await get('/metrics')).body).toContain('server="default/a"');
  expect((await get('/else')).status).toBe(404);
  await listener.close(0);
});
