import { join } from 'node:path';
import { helm } from '../kubernetes-tools.ts';
import type { ClusterApi } from './cluster-api.ts';
import { IMAGES } from './images.ts';

const CHART = join(import.meta.dirname, '..', '..', '..', 'charts', 'mooring');
export const RELEASE = 'mooring';
/** Where the chart is installed. */
export const HOME = 'mooring-system';

export type Values = Readonly<Record<string, unknown>>;

/** Answers when every pod of the release is ready. Longer than pulling images and starting takes on the slowest machine. */
const WAIT = ['--namespace', HOME, '--wait', '--timeout', '180s'];

/** `helm upgrade --install` of the chart with our images. Milliseconds until every pod of it was ready. */
export async function installRelease(values: Values): Promise<number> {
  const started = Date.now();
  const set = flags({ image: IMAGES.mooring, ...values });
  await helm('upgrade', '--install', RELEASE, CHART, '--create-namespace', ...WAIT, ...set);
  return Date.now() - started;
}

/** Changes these values and leaves the others. */
export async function upgradeRelease(values: Values): Promise<void> {
  await helm('upgrade', RELEASE, CHART, '--reuse-values', ...WAIT, ...flags(values));
}

const flags = (values: Values): string[] =>
  Object.entries(values).flatMap(([name, value]) => ['--set-json', `${name}=${JSON.stringify(value)}`]);

/** Takes away everything that the tests and the chart made: McpServers first, for the chart keeps them. */
export async function removeEverything(api: ClusterApi): Promise<void> {
  const namespaces = await api.list('Namespace', {}, 'mooring.test/e2e=true');
  for (const { metadata } of namespaces) await api.remove('Namespace', metadata);
  await helm('uninstall', RELEASE, '--namespace', HOME, '--ignore-not-found', '--wait');
  await api.remove('Namespace', { name: HOME });
  await api.remove('CustomResourceDefinition', { name: 'mcpservers.mooring.dev' });
}

/** A value of a Secret of the release. */
export async function secretValue(api: ClusterApi, name: string, key: string): Promise<string> {
  const { data } = await api.get<{ metadata: { name: string }; data: Record<string, string> }>('Secret', {
    namespace: HOME,
    name,
  });
  return Buffer.from(data[key] ?? '', 'base64').toString();
}
