import { expect, test } from 'vitest';
import type { Observation } from '../platform.ts';
import { serverOf } from '../testdata/manifest.ts';
import { containerOf, podOf, verified, type PodTraits } from '../testdata/pods.ts';
import type { Deployment } from './deployment.ts';
import { observeServer, type Scene } from './observe.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');
const NOT_YET = { ip: undefined, container: containerOf({ waiting: { reason: 'ContainerCreating' } }) };

const deployment = (replicas?: number): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'notes', namespace: 'default' },
  spec: {
    ...(replicas !== undefined && { replicas }),
    template: { metadata: { annotations: { 'mooring.dev/revision': 'r2', 'mooring.dev/path': '/mcp' } } },
  },
});

const [OLD, NEW] = [
  { name: 'old', revision: 'r1', created: '2026-01-01T00:00:00Z' },
  { name: 'new', revision: 'r2', generation: 2, created: '2026-01-01T00:30:00Z' },
];

/** kubelet misses the condition that is there since then. */
const behind = (since: string): PodTraits => {
  const message = 'corresponding condition of pod readiness gate "mooring.dev/verified" does not exist.';
  const ready = { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
  return { ...NEW, conditions: [verified('new', 'containerd://c1', since), ready] };
};

function observe(pods: readonly PodTraits[], replicas = 1, more: Partial<Scene> = {}): Observation {
  return observeServer({
    server: serverOf({ image: 'example.com/notes:1' }, { generation: 2 }),
    wanted: deployment(replicas),
    deployment: deployment(replicas),
    obstacle: undefined,
    pods: pods.map(podOf),
    failedMount: () => undefined,
    said: () => undefined,
    mask: (text) => text,
    now: NOW,
    ...more,
  });
}

test('no pod yet: nothing serves', () => {
  expect(observe([])).toEqual({
    instances: [],
    replicas: 0,
    selector: 'mooring.dev/server=notes',
    progress: '0 of 1 pods serve.',
  });
});

test('in peace the one that serves is the one that is wanted, and the gateway goes to the Service', () => {
  const { serving, wanted, progress, ...rest } = observe([{ ...NEW, ready: true, port: 9000 }]);
  expect(serving).toEqual(wanted);
  expect(wanted).toEqual({
    id: 'uid-new/containerd://c1',
    url: 'http://10.0.0.7:9000/mcp',
    output: 'kubectl logs -n default new',
    generation: 2,
  });
  expect(progress).toBeUndefined();
  expect(rest).toMatchObject({ replicas: 1, backendUrl: 'http://notes.default:8080/mcp' });
});

test('IPv6', () => {
  expect(observe([{ ...NEW, ip: 'fd00::7' }]).wanted?.url).toBe('http://[fd00::7]:8080/mcp');
});

test('while an edit arrives, an old pod serves, on the path that it has', () => {
  const { serving, wanted, backendUrl, progress, instances } = observe([
    { ...NEW, path: '/mcp' },
    { ...OLD, ready: true, path: '/old' },
  ]);
  expect(serving).toMatchObject({ id: 'uid-old/containerd://c1', generation: 1 });
  expect(wanted).toMatchObject({ id: 'uid-new/containerd://c1', generation: 2 });
  expect(backendUrl).toBe('http://notes.default:8080/old');
  expect(progress).toBe('0 of 1 pods serve; 1 of an earlier generation serves beside.');
  expect(instances).toHaveLength(2);
});

test.each(['@127.0.0.1:6443/x', '@[', '/a?b', 'x'])(
  'a pod that was given the path %s is asked where the manifest says',
  (path) => {
    const { serving, backendUrl } = observe([{ ...OLD, ready: true, path }]);
    expect([serving?.url, backendUrl]).toEqual(['http://10.0.0.7:8080/mcp', 'http://notes.default:8080/mcp']);
  },
);

test('pods that end are neither', () => {
  const { instances, serving, replicas } = observe([
    { ...OLD, ready: true, deleted: true },
    { ...NEW, ready: true },
  ]);
  expect(instances.map(({ id }) => id)).toEqual(['uid-new/containerd://c1']);
  expect(serving?.id).toBe('uid-new/containerd://c1');
  expect(replicas).toBe(1);
});

test('of several pods, one that takes traffic is asked for, and why another does not is told', () => {
  const crash = containerOf({ terminated: { exitCode: 1, reason: 'Error' } });
  const { wanted, serving, trouble, progress } = observe(
    [
      { ...NEW, name: 'a', container: crash },
      { ...NEW, name: 'b' },
      { ...NEW, name: 'c', ready: true },
    ],
    3,
  );
  expect(wanted?.id).toBe('uid-c/containerd://c1');
  expect(serving?.id).toBe(wanted?.id);
  expect(trouble?.reason).toBe('ProcessExited');
  expect(progress).toMatch(/^1 of 3 pods serve\. It ended with exit code 1\./);
});

test('how a pod that serves again ended before is no trouble any more', () => {
  const again = { ...containerOf({ running: {} }, { terminated: { exitCode: 1, reason: 'Error' } }), restartCount: 1 };
  expect(observe([{ ...NEW, ready: true, container: again }])).not.toHaveProperty('trouble');
});

test('an autoscaler says how many pods there are to be', () => {
  const { progress } = observe([{ ...NEW, ready: true }], 1, { wanted: deployment(), deployment: deployment(4) });
  expect(progress).toBe('1 of 4 pods serve.');
});

test.each<[string, PodTraits[], boolean]>([
  [
    'a gate that was opened just now',
    [{ ...NEW, conditions: [verified('new', 'containerd://c1', '2026-01-01T00:59:59Z')] }],
    true,
  ],
  [
    'a gate that was opened by a clock that is ahead',
    [{ ...NEW, conditions: [verified('new', 'containerd://c1', '2026-01-01T01:05:00Z')] }],
    false,
  ],
  ['a kubelet that has not seen the gate open yet', [behind('2026-01-01T00:59:50Z')], true],
  ['a kubelet that does not look any more', [behind('2026-01-01T00:59:40Z')], false],
  ['a gate that was opened long ago', [{ ...NEW, conditions: [verified('new')] }], false],
  [
    'old pods that are about to end',
    [
      { ...OLD, ready: true },
      { ...NEW, conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:59:59Z' }] },
    ],
    true,
  ],
  [
    'old pods that stay',
    [
      { ...OLD, ready: true },
      { ...NEW, ready: true },
    ],
    false,
  ],
  ['nothing that changes', [{ ...NEW, ready: true }], false],
])('%s is waited for, or not', (_what, pods, expected) => {
  expect(observe(pods).settlingMs !== undefined).toBe(expected);
});

test('switched off, nothing is asked and nothing serves', () => {
  const off = observe([{ ...NEW, ready: true }], 0, { server: serverOf({ enabled: false }) });
  expect(off).toEqual({ instances: [], replicas: 1, selector: 'mooring.dev/server=notes' });
  expect(observe([NOT_YET], 0).trouble).toMatchObject({ reason: 'ScaledToZero', idle: true });
});
