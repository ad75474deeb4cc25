import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { find, objectsOf, render } from './render.ts';

const GITOPS = join(import.meta.dirname, '..', '..', 'examples', 'gitops');
const read = async (file: string) => objectsOf(await readFile(join(GITOPS, file), 'utf8'));

test('Argo CD and Flux give the chart values that it takes', async () => {
  const application = find(await read('argocd/mooring.yaml'), 'Application', 'mooring');
  const { source } = application['spec'] as {
    source: { path: string; helm: { valuesObject: Record<string, unknown> } };
  };
  expect(source.path).toBe('charts/mooring');
  find(await render(source.helm.valuesObject), 'Ingress', 'mooring-gateway');

  const release = find(await read('flux/mooring.yaml'), 'HelmRelease', 'mooring');
  const { chart, values } = release['spec'] as { chart: { spec: { chart: string } }; values: Record<string, unknown> };
  expect(chart.spec.chart).toBe('./charts/mooring');
  find(await render(values), 'HTTPRoute', 'mooring-gateway');
});

test('both bring the production servers', async () => {
  const argo = find(await read('argocd/servers.yaml'), 'Application', 'mcp-servers');
  const flux = find(await read('flux/servers.yaml'), 'Kustomization', 'mcp-servers');
  expect(argo['spec']).toMatchObject({ source: { path: 'production' } });
  expect(flux['spec']).toMatchObject({ path: './production', wait: true });
});
