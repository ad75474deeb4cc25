import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import { openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { kubeconfigOf } from '../kubernetes/start-api-server.ts';
import type { ApiServerFacts } from './api-server-setup.ts';
import { certificateAuthority, type CertificateAuthority, type Subject } from './certificates.ts';

export interface TestApiServer {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly authority: CertificateAuthority;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Path of a kubeconfig of anybody else, who may do nothing until a Role says so. */
  kubeconfigFor(user: Subject, url?: string): Promise<string>;
}

/** ms, for `beforeAll`: on a machine that has to compile the API server first. */
export const API_SERVER_TIMEOUT_MS = 900_000;

/** The kube-apiserver of this test run, which the first call starts. The definition of McpServers is installed; no controllers run. */
export async function testApiServer(): Promise<TestApiServer> {
  const [response] = (await once(get({ socketPath: inject('apiServerDoor') }), 'response')) as [IncomingMessage];
  const answer = await text(response);
  if (response.statusCode !== 200) throw new Error(`The API server of the tests did not start: ${answer}`);
  const facts = JSON.parse(answer) as ApiServerFacts;
  const authority = certificateAuthority(facts.authority);
  return {
    url: facts.url,
    authority,
    kubeconfig: facts.kubeconfig,
    async kubeconfigFor(user, url = facts.url) {
      const path = join(dirname(facts.kubeconfig), `kubeconfig-${randomBytes(6).toString('hex')}`);
      await writeFile(path, kubeconfigOf(url, authority, user), { mode: 0o600 });
      return path;
    },
  };
}

export interface TestNamespace extends AsyncDisposable {
  readonly name: string;
  readonly server: TestApiServer;
  /** As administrator. */
  readonly api: KubernetesApi;
}

/** A namespace of its own on that API server. Nothing cleans it up: it goes with the server. */
export async function testNamespace(): Promise<TestNamespace> {
  const server = await testApiServer();
  const api = openKubernetesApi({ kubeconfig: server.kubeconfig });
  const name = `test-${randomBytes(4).toString('hex')}`;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await api.request({ method: 'POST', path: '/api/v1/namespaces', body });
  return { name, server, api, [Symbol.asyncDispose]: () => api.close() };
}
