import { describe, expect, test } from 'vitest';
import { createMetrics, methodLabel } from './metrics.ts';
import type { JsonRpcMessage } from './proxy/request-body.ts';

const body = (...messages: JsonRpcMessage[]) => ({ raw: Buffer.alloc(0), messages });

describe('the method of a request', () => {
  test.each([
    ['POST', body({ method: 'tools/call' }), 'tools/call'],
    ['POST', body({ method: 'made/up' }), 'other'],
    ['POST', body({ method: 'ping' }, { method: 'ping' }), 'batch'],
    ['POST', body({ id: 1 }), 'POST'],
    ['POST', undefined, 'POST'],
    ['GET', undefined, 'GET'],
    ['BREW', undefined, 'other'],
    [undefined, undefined, 'other'],
  ])('%s %j is %s', (http, message, label) => {
    expect(methodLabel(http, message)).toBe(label);
  });
});

describe('metrics', () => {
  const request = { server: 'default/a', method: 'tools/call', status: 200, seconds: 0.02 };

  test('begin with 0 and count', async () => {
    const metrics = createMetrics();
    expect(await metrics.render({ servers: ['default/a'], sourceLastContact: 0 })).toContain(
      'mooring_gateway_requests_total{server="default/a",method="tools/call",status="200"} 0',
    );
    metrics.observe(request);
    metrics.refused('unknown_server');
    const text = await metrics.render({ servers: ['default/a'], sourceLastContact: 0 });
    expect(text).toContain('mooring_gateway_requests_total{server="default/a",method="tools/call",status="200"} 1');
    expect(text).toContain('mooring_gateway_request_duration_seconds_bucket{le="0.025",server="default/a"} 1');
    expect(text).toContain('mooring_gateway_request_duration_seconds_bucket{le="0.01",server="default/a"} 0');
    expect(text).toContain('mooring_gateway_refusals_total{code="unknown_server"} 1');
    expect(text).toMatch(/process_resident_memory_bytes \d+/);
    expect(text).toMatch(/process_cpu_seconds_total [\d.]+/);
  });

  test('of a server end with it', async () => {
    const metrics = createMetrics();
    metrics.observe(request);
    metrics.observe({ ...request, server: '', status: 404 });
    const text = await metrics.render({ servers: ['default/b'], sourceLastContact: 0 });
    expect(text).not.toContain('default/a');
    expect(text).toContain('mooring_gateway_requests_total{server="",method="tools/call",status="404"} 1');
  });

  test('cost little: 5 µs of a request are all that there is', () => {
    const metrics = createMetrics();
    const startedAt = process.cpuUsage();
    for (let count = 0; count < 20_000; count++) metrics.observe(request);
    const { user, system } = process.cpuUsage(startedAt);
    // Four times what is measured on a quiet machine.
    expect((user + system) / 20_000).toBeLessThan(5);
  });
});
