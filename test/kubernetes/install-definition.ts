import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { openKubernetesApi, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';

const CRD_PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/mcpservers.mooring.dev';

/** Installs the definition of McpServers as it is checked in, and waits until it is served. */
export async function installDefinition(kubeconfig: string): Promise<void> {
  const text = await readFile(join(import.meta.dirname, '../../crds/mooring.dev_mcpservers.yaml'), 'utf8');
  const api = openKubernetesApi({ kubeconfig });
  const body = parse(text) as KubernetesObject;
  const query = { fieldManager: 'test', force: true };
  await api.request({ method: 'PATCH', path: CRD_PATH, query, body, contentType: 'application/apply-patch+yaml' });
  await untilServed(api);
  await api.close();
}

async function untilServed(api: KubernetesApi): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      return await api.request({ path: '/apis/mooring.dev/v1alpha1/mcpservers' });
    } catch {
      await delay(50);
    }
  }
  throw new Error('McpServers are not served after 10 s');
}
