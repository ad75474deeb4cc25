import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { kubeconfigText } from '../../test/kubernetes/start-api-server.ts';
import {
  API_SERVER_TIMEOUT_MS,
  testApiServer,
  testNamespace,
  type TestNamespace,
} from '../../test/support/api-server.ts';
import { faultyApiServer, serviceAccount } from '../../test/support/faulty-api-server.ts';
import { inClusterConnection } from './in-cluster.ts';
import { openKubernetesApi } from './kubernetes-api.ts';
import { openConnection } from './open-connection.ts';

let space: TestNamespace;
let folder: string;

beforeAll(async () => {
  await testApiServer();
  space = await testNamespace();
  folder = await mkdtemp(join(tmpdir(), 'mooring-test-'));
}, API_SERVER_TIMEOUT_MS);

afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

afterEach(() => vi.unstubAllEnvs());

const collection = (): string => `/api/v1/namespaces/${space.name}/configmaps`;

/** Who the API server takes the user for. */
async function whoAmI(kubeconfig: string): Promise<string> {
  const api = openKubernetesApi({ kubeconfig });
  try {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
    const review = await api.request<{ status: { userInfo: { username: string } } }>({
      method: 'POST',
      path,
      body: {},
    });
    return review.status.userInfo.username;
  } finally {
    await api.close();
  }
}

async function kubeconfigWith(name: string, user: Readonly<Record<string, unknown>>): Promise<string> {
  const path = join(folder, `${name}.kubeconfig`);
  await writeFile(path, kubeconfigText(space.server.url, space.server.authority.cert, user));
  return path;
}

async function plugin(name: string, script: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

const execUser = (command: string) => ({
  exec: { apiVersion: 'client.authentication.k8s.io/v1', command, args: ['x'], env: [{ name: 'WHO', value: 'me' }] },
});

describe('a kubeconfig with', () => {
  test('a client certificate, in the file', async () => {
    expect(await whoAmI(await space.server.kubeconfigFor({ commonName: 'ann' }))).toBe('ann');
  });

  test('a client certificate in files beside it, exchanged while we run', async () => {
    const write = async (commonName: string): Promise<void> => {
      const { cert, key } = space.server.authority.issue({ commonName });
      await writeFile(join(folder, 'user.crt'), cert);
      await writeFile(join(folder, 'user.key'), key);
    };
    await write('before');
    const path = await kubeconfigWith('files', { 'client-certificate': 'user.crt', 'client-key': 'user.key' });
    expect(await whoAmI(path)).toBe('before');
    await write('after');
    expect(await whoAmI(path)).toBe('after');
  });

  test('a token', async () => {
    const token = await serviceAccount(space, 'with-token');
    expect(await whoAmI(await kubeconfigWith('token', { token }))).toBe(
      `system:serviceaccount:${space.name}:with-token`,
    );
  });

  test('an auth-provider: the official client gives what it asks for', async () => {
    const idToken = await serviceAccount(space, 'with-provider');
    const user = { 'auth-provider': { name: 'oidc', config: { 'id-token': idToken } } };
    expect(await whoAmI(await kubeconfigWith('provider', user))).toBe(
      `system:serviceaccount:${space.name}:with-provider`,
    );
  });

  test('a credential plugin beside it, which is told that nobody can answer questions, and asked once', async () => {
    const token = await serviceAccount(space, 'with-plugin');
    await plugin(
      'good.sh',
      `echo run >> ${join(folder, 'runs')}
       [ "$WHO $1" = 'me x' ] || exit 3
       case $KUBERNETES_EXEC_INFO in *'"interactive":false'*) ;; *) exit 4 ;; esac
       echo '{"kind":"ExecCredential","status":{"token":"${token}"}}'`,
    );
    const path = await kubeconfigWith('plugin', execUser('./good.sh'));
    expect(await whoAmI(path)).toBe(`system:serviceaccount:${space.name}:with-plugin`);
    expect(await readFile(join(folder, 'runs'), 'utf8')).toBe('run\n');
  });

  test('a credential plugin that fails: the message names it, and nothing that it wrote', async () => {
    await plugin('bad.sh', 'echo "token-of-somebody" >&2; echo token-of-somebody; exit 7');
    const asked = whoAmI(await kubeconfigWith('bad-plugin', execUser('./bad.sh')));
    await expect(asked).rejects.toThrow(/bad\.sh of the kubeconfig gave no credentials \(7\); run it by hand/);
    await expect(asked).rejects.not.toThrow(/token-of-somebody/);
  });

  test.each<[string, object, RegExp]>([
    ['no current-context', { contexts: [] }, /no current-context/],
    ['a context that is not there', { 'current-context': 'x' }, /contexts has no entry "x"/],
    [
      'a cluster without address',
      {
        'current-context': 'a',
        contexts: [{ name: 'a', context: { cluster: 'c' } }],
        clusters: [{ name: 'c', cluster: {} }],
      },
      /clusters, entry "c".*server/s,
    ],
    [
      'a proxy',
      {
        'current-context': 'a',
        contexts: [{ name: 'a', context: { cluster: 'c' } }],
        clusters: [{ name: 'c', cluster: { server: 'https://x', 'proxy-url': 'http://y' } }],
      },
      /is not supported.*proxy-url/s,
    ],
    ['no map', [], /is no kubeconfig file/],
  ])('%s says what is wrong', async (name, content, message) => {
    const path = join(folder, `${name}.kubeconfig`);
    await writeFile(path, JSON.stringify(content));
    expect(() => openKubernetesApi({ kubeconfig: path })).toThrow(message);
  });
});

test('of several kubeconfig files the first that has an entry counts', async () => {
  const first = join(folder, 'first');
  await writeFile(first, JSON.stringify({ 'current-context': 'test' }));
  const second = await kubeconfigWith('second', { token: 'x' });
  expect(openConnection({ kubeconfig: `${first}:${second}` }).server).toBe(space.server.url);
});

test('without any cluster the message says what to set', () => {
  vi.stubEnv('KUBECONFIG', '');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', '');
  vi.stubEnv('HOME', folder);
  expect(() => openConnection({})).toThrow(/set KUBECONFIG/);
});

test('a token file that was exchanged is read anew when the server does not accept the old token', async () => {
  await using faulty = await faultyApiServer(space);
  const good = await serviceAccount(space, 'rotates');
  await writeFile(faulty.tokenFile, 'not-a-token');
  await expect(faulty.api.request({ path: collection() })).rejects.toMatchObject({ status: 401 });
  await writeFile(faulty.tokenFile, `${good}\n`);
  // Read a moment ago: only the refusal is a reason to read it again.
  await faulty.api.request({ path: collection() });
  expect(faulty.calls.map(({ code }) => code)).toEqual(['401', '401', '401', '200']);
});

test('in a pod it is the ServiceAccount; an address of IPv6 stands in brackets', async () => {
  const mounted = await mkdtemp(join(folder, 'pod-'));
  await writeFile(join(mounted, 'ca.crt'), space.server.authority.cert);
  await writeFile(join(mounted, 'token'), 'one');
  vi.stubEnv('KUBERNETES_SERVICE_HOST', 'fd00::1');
  vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
  const connection = inClusterConnection(mounted);
  expect(connection.server).toBe('https://[fd00::1]:443');
  const identity = await connection.tls();
  expect(identity.ca?.toString()).toBe(space.server.authority.cert);
  expect(await connection.tls()).toBe(identity);
  expect(await connection.headers(false)).toEqual({ authorization: 'Bearer one' });
  await writeFile(join(mounted, 'token'), 'two\n');
  expect(await connection.headers(false)).toEqual({ authorization: 'Bearer one' });
  expect(await connection.headers(true)).toEqual({ authorization: 'Bearer two' });
});

test('a certificate of another authority is not accepted', async () => {
  const { createCertificateAuthority } = await import('../../test/support/certificates.ts');
  const path = join(folder, 'other-ca');
  await writeFile(path, kubeconfigText(space.server.url, createCertificateAuthority().cert, { token: 'x' }));
  const api = openKubernetesApi({ kubeconfig: path });
  await expect(api.request({ path: '/readyz' })).rejects.toMatchObject({
    status: 0,
    message: expect.stringMatching(/certificate|signature/) as string,
  });
  await api.close();
});
