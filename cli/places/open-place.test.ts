import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { choosePlace } from './open-place.ts';

let folder: string;
const home = () => join(folder, 'state', 'mooring');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mooring-place-'));
  await mkdir(home(), { recursive: true });
});
afterAll(async () => rm(folder, { recursive: true }));

const env = (more: Record<string, string> = {}) => ({ XDG_STATE_HOME: join(folder, 'state'), ...more });
const CLUSTER = { KUBECONFIG: '/etc/kubeconfig' };

test.each([
  [{ gateway: 'https://mcp.example.com' }, CLUSTER, { kind: 'gateway', url: 'https://mcp.example.com' }],
  [{ home: '/state' }, CLUSTER, { kind: 'laptop', home: '/state' }],
  [{ namespace: 'team' }, {}, { kind: 'cluster' }],
  [{ allNamespaces: true }, {}, { kind: 'cluster' }],
  [{ context: 'kind' }, { MOORING_HOME: '/state' }, { kind: 'cluster' }],
  [{ kubeconfig: '/k' }, { MOORING_PLACE: 'laptop' }, { kind: 'cluster' }],
  [{}, { ...CLUSTER, MOORING_PLACE: 'https://mcp.example.com' }, { kind: 'gateway', url: 'https://mcp.example.com' }],
  [{}, { MOORING_PLACE: 'cluster', MOORING_HOME: '/state' }, { kind: 'cluster' }],
  [{}, { ...CLUSTER, MOORING_HOME: '/state' }, { kind: 'laptop', home: '/state' }],
  [{}, CLUSTER, { kind: 'cluster' }],
  [{}, { KUBERNETES_SERVICE_HOST: '10.0.0.1' }, { kind: 'cluster' }],
])('flags %o and variables %o mean %o', (options, variables, choice) => {
  expect(choosePlace(options, env(variables as Record<string, string>))).toEqual(choice);
});

test('a Mooring that runs here counts before a cluster that is configured', async () => {
  const socket = join(home(), 'control.sock');
  await writeFile(socket, '');
  expect(choosePlace({}, env(CLUSTER))).toEqual({ kind: 'laptop', home: home() });
  await rm(socket);
  expect(choosePlace({}, env(CLUSTER))).toEqual({ kind: 'cluster' });
});

test.each([
  { home: '/state', namespace: 'team' },
  { home: '/state', gateway: 'https://mcp.example.com' },
  { gateway: 'https://mcp.example.com', context: 'kind' },
])('flags of two places are refused: %o', (options) => {
  expect(() => choosePlace(options, env())).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
});

test('a place that is none is refused', () => {
  expect(() => choosePlace({}, env({ MOORING_PLACE: 'moon' }))).toThrow('MOORING_PLACE is `laptop`, `cluster`');
});
