import { expect, test } from 'vitest';
import type { ApiRequest, KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { whileLeading } from './while-leading.ts';

/** An API that only notes what reaches it. */
function noting() {
  const requests: ApiRequest[] = [];
  const api: Pick<KubernetesApi, 'request'> = {
    request: async <Answer>(request: ApiRequest) => {
      requests.push(request);
      return {} as Answer;
    },
  };
  return { api: api as KubernetesApi, requests };
}

test('whoever does not lead may only read', async () => {
  const { api, requests } = noting();
  const acting = whileLeading(api, () => 0);
  await acting.request({ path: '/read' });
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
    await expect(acting.request({ path: '/write', method })).rejects.toMatchObject({ code: 'not_leading' });
  }
  expect(requests).toEqual([{ path: '/read' }]);
});

test('a write ends with the term', async () => {
  const { api, requests } = noting();
  const acting = whileLeading(api, () => 7000);
  await acting.request({ path: '/write', method: 'PATCH' });
  await acting.request({ path: '/write', method: 'PATCH', timeoutMs: 9000 });
  await acting.request({ path: '/write', method: 'PATCH', timeoutMs: 1000 });
  expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([7000, 7000, 1000]);
});
