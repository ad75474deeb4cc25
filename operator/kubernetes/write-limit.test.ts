import { expect, test } from 'vitest';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { limitWrites } from './write-limit.ts';

/** An API that notes when it is asked, and answers at once. */
function noting(): { api: KubernetesApi; times: number[] } {
  const times: number[] = [];
  const api = {
    async request() {
      times.push(performance.now());
    },
  } as unknown as KubernetesApi;
  return { api, times };
}

test('never more writes in a second than so many, and none later than needed', async () => {
  const { api, times } = noting();
  const limited = limitWrites(api, 20);
  const started = performance.now();
  await Promise.all(Array.from({ length: 50 }, async () => limited.request({ method: 'PATCH', path: '/' })));
  const at = times.map((time) => time - started);
  expect(at[19]).toBeLessThan(500);
  for (let index = 20; index < 50; index += 1) expect((at[index] ?? 0) - (at[index - 20] ?? 0)).toBeGreaterThan(950);
  expect(at[49]).toBeLessThan(3000);
});

test('reads wait for nothing', async () => {
  const { api, times } = noting();
  const limited = limitWrites(api, 1);
  const started = performance.now();
  await Promise.all(Array.from({ length: 50 }, async () => limited.request({ path: '/' })));
  expect((times[49] ?? 0) - started).toBeLessThan(500);
});

test('a write that is given up while it waits is not made', async () => {
  const { api, times } = noting();
  const limited = limitWrites(api, 1);
  const stop = new AbortController();
  await limited.request({ method: 'POST', path: '/' });
  const second = limited.request({ method: 'POST', path: '/', signal: stop.signal });
  stop.abort();
  await expect(second).rejects.toThrow(/abort/i);
  expect(times).toHaveLength(1);
});
