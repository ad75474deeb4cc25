import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { API_SERVER_TIMEOUT_MS, testNamespace, type TestNamespace } from '../../test/support/api-server.ts';
import { openKubernetesApi } from './kubernetes-api.ts';

let space: TestNamespace;
beforeAll(async () => {
  space = await testNamespace();
}, API_SERVER_TIMEOUT_MS);
afterAll(() => space?.[Symbol.asyncDispose]());

describe('request', () => {
  test('writes and reads objects; errors carry what the Status says', async () => {
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data: { a: '1' } };
    const made = await space.api.request({ method: 'POST', path, body });
    expect(await space.api.request({ path: `${path}/one` })).toEqual(made);
    await expect(space.api.request({ path: `${path}/two` })).rejects.toMatchObject({ status: 404, reason: 'NotFound' });
    await expect(space.api.request({ method: 'POST', path, body })).rejects.toMatchObject({ status: 409 });
  });

  test('a user who may do nothing is told so', async () => {
    const api = openKubernetesApi({ kubeconfig: await space.server.kubeconfigFor({ commonName: 'eve' }) });
    const path = `/api/v1/namespaces/${space.name}/configmaps`;
    await expect(api.request({ path })).rejects.toMatchObject({
      status: 403,
      reason: 'Forbidden',
      message: expect.stringContaining('User "eve" cannot list resource "configmaps"') as string,
    });
    await api.close();
  });
});
