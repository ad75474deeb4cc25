import { expect, test } from 'vitest';
import { serverOf } from '../testdata/manifest.ts';
import type { Container, PodSpec, PodTemplateSpec } from './kubernetes-types.ts';
import { podTemplate } from './pod-template.ts';
import { revisionOf } from './revision.ts';
import { parse } from 'yaml';

type Spec = Parameters<typeof serverOf>[0];

const build = (spec: Spec = {}, url = 'https://mcp.example.com'): PodTemplateSpec =>
  podTemplate(serverOf({ binary: undefined, image: 'example/notes:1', ...spec }, { generation: 7 }), url);

function podOf(spec?: Spec): PodSpec {
  const { spec: pod } = build(spec);
  if (!pod) throw new Error('no pod');
  return pod;
}

function serverIn(spec?: Spec): Container {
  const container = podOf(spec).containers.find(({ name }) => name === 'server');
  if (!container) throw new Error('no container of the server');
  return container;
}

const environment = (spec?: Spec) =>
  Object.fromEntries((serverIn(spec).env ?? []).map((each) => [each.name, each.value]));

test('a manifest that names only an image gives exactly this pod', () => {
  const { metadata, spec } = build();
  expect(metadata).toEqual({
    labels: {
      'app.kubernetes.io/component': 'server',
      'app.kubernetes.io/managed-by': 'mooring',
      'app.kubernetes.io/name': 'notes',
      'app.kubernetes.io/part-of': 'mooring',
      'mooring.dev/server': 'notes',
    },
    annotations: {
      'kubectl.kubernetes.io/default-container': 'server',
      'mooring.dev/revision': expect.stringMatching(/^[0-9a-f]{16}$/),
      'mooring.dev/generation': '7',
    },
  });
  expect(spec).toEqual(
    parse(
      `
      serviceAccountName: notes
      automountServiceAccountToken: false
      enableServiceLinks: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 65532
        runAsGroup: 65532
        fsGroup: 65532
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile: { type: RuntimeDefault }
      terminationGracePeriodSeconds: 35
      readinessGates: [{ conditionType: mooring.dev/verified }]
      topologySpreadConstraints:
        - &spread
          maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: { matchLabels: { mooring.dev/server: notes } }
          matchLabelKeys: [pod-template-hash]
        - <<: *spread
          topologyKey: topology.kubernetes.io/zone
      containers:
        - name: server
          image: example/notes:1
          env:
            - { name: PORT, value: '8080' }
            - { name: HOST, value: 0.0.0.0 }
            - { name: MOORING_SERVER, value: default/notes }
            - { name: MOORING_PUBLIC_URL, value: https://mcp.example.com }
            - { name: MOORING_IDENTITY_JWKS, value: /var/run/mooring/identity/jwks.json }
            - { name: LANG, value: C.UTF-8 }
            - { name: TZ, value: UTC }
            - { name: TMPDIR, value: /tmp }
            - { name: HOME, value: /tmp }
          ports: [{ name: mcp, containerPort: 8080, protocol: TCP }]
          volumeMounts:
            - { name: mooring-identity, mountPath: /var/run/mooring/identity, readOnly: true }
            - { name: mooring-tmp, mountPath: /tmp }
          lifecycle: { preStop: { sleep: { seconds: 5 } } }
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
            readOnlyRootFilesystem: true
          terminationMessagePolicy: FallbackToLogsOnError
      volumes:
        - { name: mooring-identity, configMap: { name: mooring-identity } }
        - { name: mooring-tmp, emptyDir: { sizeLimit: 1Gi } }
    `,
      { merge: true },
    ),
  );
});

test.each<[string, Spec, Partial<Container>]>([
  ['binary and args', { binary: 'mooring', args: ['server', 'x'] }, { command: ['mooring'], args: ['server', 'x'] }],
  ['args alone', { args: ['--port', '$(PORT)'] }, { args: ['--port', '$(PORT)'] }],
  ['a port', { port: 9000 }, { ports: [{ name: 'mcp', containerPort: 9000, protocol: 'TCP' }] }],
  [
    'whole Secrets and ConfigMaps',
    { envFrom: [{ secretRef: { name: 's' } }, { prefix: 'C_', configMapRef: { name: 'c' } }] },
    { envFrom: [{ secretRef: { name: 's' } }, { prefix: 'C_', configMapRef: { name: 'c' } }] },
  ],
  [
    'resources, as the API server prints them',
    { resources: { requests: { cpu: '0.5', memory: '1024Mi' }, limits: { cpu: 2 } } },
    { resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2' } } },
  ],
  [
    'no gate: a probe of the kubelet',
    { rolloutGate: false },
    { readinessProbe: { tcpSocket: { port: 'mcp' }, periodSeconds: 1 } },
  ],
])('%s', (_what, spec, expected) => {
  expect(serverIn(spec)).toMatchObject(expected);
});

test('the variables of the manifest come after those they may use, win over what a machine gives, and cannot set what is ours', () => {
  const env = serverIn({
    env: [
      { name: 'PORT', value: '1' },
      { name: 'TZ', value: 'Europe/Berlin' },
      { name: 'URL', value: 'http://$(HOST):$(PORT)' },
      { name: 'EMPTY', value: '' },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
      { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
    ],
  }).env;
  expect(env?.map(({ name }) => name).join(' ')).toBe(
    'PORT HOST MOORING_SERVER MOORING_PUBLIC_URL MOORING_IDENTITY_JWKS LANG TMPDIR HOME TZ URL EMPTY TOKEN LEVEL',
  );
  expect(env?.[0]).toEqual({ name: 'PORT', value: '8080' });
  expect(env?.slice(-3)).toEqual([
    { name: 'EMPTY' },
    { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } },
  ]);
});

test('volumes of every kind, read-only unless asked otherwise', () => {
  const volumes: Spec = {
    volumes: [
      { name: 'a', mountPath: '/a', secret: { secretName: 's' } },
      { name: 'b', mountPath: '/b', configMap: { name: 'c' } },
      { name: 'c', mountPath: '/c', readOnly: false, emptyDir: { sizeLimit: '2048Ki' } },
      { name: 'd', mountPath: '/tmp/', readOnly: false, persistentVolumeClaim: { claimName: 'p' } },
    ],
  };
  expect(podOf(volumes).volumes?.slice(1)).toEqual([
    { name: 'a', secret: { secretName: 's' } },
    { name: 'b', configMap: { name: 'c' } },
    { name: 'c', emptyDir: { sizeLimit: '2Mi' } },
    { name: 'd', persistentVolumeClaim: { claimName: 'p' } },
  ]);
  expect(serverIn(volumes).volumeMounts?.slice(1)).toEqual([
    { name: 'a', mountPath: '/a', readOnly: true },
    { name: 'b', mountPath: '/b', readOnly: true },
    { name: 'c', mountPath: '/c' },
    { name: 'd', mountPath: '/tmp/' },
  ]);
});

test('the account and the pull secrets of the manifest', () => {
  expect(podOf({ serviceAccountName: 'other', imagePullSecrets: [{ name: 'p' }] })).toMatchObject({
    serviceAccountName: 'other',
    automountServiceAccountToken: false,
    imagePullSecrets: [{ name: 'p' }],
  });
});

test('podTemplate adds and changes', () => {
  const podTemplateOf: Spec = {
    podTemplate: {
      metadata: { labels: { team: 'a' }, annotations: { note: 'b' } },
      spec: {
        nodeSelector: { disk: 'ssd' },
        automountServiceAccountToken: true,
        securityContext: { $patch: 'replace', runAsNonRoot: true, runAsUser: 1000 },
        volumes: [{ name: 'mooring-tmp', emptyDir: { medium: 'Memory', sizeLimit: '0.5Gi' } }],
        containers: [
          {
            name: 'server',
            imagePullPolicy: 'Always',
            securityContext: { readOnlyRootFilesystem: false },
            env: [{ name: 'HOME', value: '/home/notes' }],
            ports: [{ name: 'metrics', containerPort: 9090 }],
            volumeMounts: [{ name: 'extra', mountPath: '/extra' }],
            livenessProbe: { tcpSocket: { port: 'mcp' } },
          },
          { name: 'proxy', image: 'example/proxy:1', securityContext: { capabilities: { add: ['NET_BIND_SERVICE'] } } },
        ],
        initContainers: [{ name: 'setup', image: 'example/setup:1' }],
      },
    },
  };
  const template = build(podTemplateOf);
  expect(template.metadata).toMatchObject({
    labels: { team: 'a', 'mooring.dev/server': 'notes' },
    annotations: { note: 'b' },
  });
  expect(template.spec).toMatchObject({
    nodeSelector: { disk: 'ssd' },
    automountServiceAccountToken: true,
    volumes: [
      { name: 'mooring-identity' },
      { name: 'mooring-tmp', emptyDir: { medium: 'Memory', sizeLimit: '512Mi' } },
    ],
    initContainers: [
      {
        name: 'setup',
        image: 'example/setup:1',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  });
  expect(template.spec?.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 1000 });
  expect(template.spec?.containers[1]?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
  });
  expect(serverIn(podTemplateOf)).toMatchObject({
    imagePullPolicy: 'Always',
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: false },
    livenessProbe: { tcpSocket: { port: 'mcp' } },
    ports: [
      { name: 'mcp', containerPort: 8080 },
      { name: 'metrics', containerPort: 9090 },
    ],
  });
  expect(serverIn(podTemplateOf).volumeMounts?.map(({ mountPath }) => mountPath)).toEqual([
    '/var/run/mooring/identity',
    '/tmp',
    '/extra',
  ]);
  expect(environment(podTemplateOf)).toMatchObject({ HOME: '/home/notes' });
});

test('podTemplate does not change what is ours', () => {
  const hostile: Spec = {
    podTemplate: {
      metadata: {
        labels: {
          'mooring.dev/server': 'other',
          'app.kubernetes.io/name': 'mooring',
          'app.kubernetes.io/component': 'gateway',
        },
        annotations: { 'mooring.dev/revision': 'x', 'mooring.dev/generation': '99' },
      },
      spec: {
        readinessGates: [{ conditionType: 'example.com/other' }],
        volumes: [{ name: 'mooring-identity', emptyDir: {} }],
        containers: [
          {
            name: 'server',
            env: [
              { name: 'MOORING_IDENTITY_JWKS', value: '/x' },
              { $patch: 'delete', name: 'PORT' },
            ],
            ports: [{ name: 'mcp', containerPort: 1 }, { containerPort: 8080 }],
            volumeMounts: [{ name: 'x', mountPath: '/var/run/mooring/identity' }],
          },
        ],
      },
    },
  };
  const [ours, merged] = [build(), build(hostile)];
  expect(merged.metadata?.labels).toEqual(ours.metadata?.labels);
  expect(merged.metadata?.annotations).toMatchObject({ 'mooring.dev/generation': '7' });
  expect(merged.metadata?.annotations?.['mooring.dev/revision']).toBe(revisionOf(merged));
  expect(merged.spec?.readinessGates).toEqual([
    { conditionType: 'mooring.dev/verified' },
    { conditionType: 'example.com/other' },
  ]);
  expect(merged.spec?.volumes).toEqual(ours.spec?.volumes);
  expect(merged.spec?.containers).toEqual(ours.spec?.containers);
});

test('without the gate there is none, also not by podTemplate', () => {
  const gates = { spec: { readinessGates: [{ conditionType: 'mooring.dev/verified' }] } };
  expect(podOf({ rolloutGate: false, podTemplate: gates })).not.toHaveProperty('readinessGates');
});

test('the revision changes with what touches the pod, and with nothing else', () => {
  const revision = (spec: Spec, url?: string) => build(spec, url).metadata?.annotations?.['mooring.dev/revision'];
  const same = revision({});
  for (const spec of [
    { title: 'T', oauth: { required: false }, tags: ['x'] },
    { replicas: 5 },
    { autoscaling: { maxReplicas: 3 } },
    { network: {} },
    { timeouts: { startup: '5m' } },
  ]) {
    expect(revision(spec), JSON.stringify(spec)).toBe(same);
  }
  for (const spec of [
    { image: 'example/notes:2' },
    { port: 9000 },
    { env: [{ name: 'A', value: 'a' }] },
    { rolloutGate: false },
  ]) {
    expect(revision(spec), JSON.stringify(spec)).not.toBe(same);
  }
  expect(revision({}, 'https://other.example.com')).not.toBe(same);
  expect(revision({ resources: { limits: { cpu: '0.5' } } })).toBe(
    revision({ resources: { limits: { cpu: '500m' } } }),
  );
});
