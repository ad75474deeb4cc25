import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import { arbitrarySpec } from '../testdata/arbitrary-spec.ts';
import { serverOf } from '../testdata/manifest.ts';
import { buildChildren, CHILD_KINDS } from './children.ts';
import { identityConfigMap } from './identity-config-map.ts';
import type { DeploymentSpec } from './kubernetes-types.ts';
import { serviceOrigin } from './service.ts';

type Spec = Parameters<typeof serverOf>[0];

const CONTEXT = { home: 'mooring-system', publicUrl: 'https://mcp.example.com' };

const build = (spec: Spec = {}) => buildChildren(serverOf({ image: 'example/notes:1', ...spec }), CONTEXT);

const child = (spec: Spec, kind: string): KubernetesObject | undefined =>
  build(spec).find((object) => object.kind === kind);

function deploymentOf(spec: Spec): DeploymentSpec {
  const found = child(spec, 'Deployment');
  if (!found) throw new Error('no Deployment');
  return found['spec'] as DeploymentSpec;
}

const kinds = (spec: Spec): string =>
  build(spec)
    .map(({ kind }) => kind)
    .join(' ');

test.each<[string, Spec, string]>([
  ['one pod', {}, 'ServiceAccount NetworkPolicy Service Deployment'],
  ['an account of its own', { serviceAccountName: 'a' }, 'NetworkPolicy Service Deployment'],
  ['two pods', { replicas: 2 }, 'ServiceAccount NetworkPolicy Service Deployment PodDisruptionBudget'],
  [
    'a budget that is asked for',
    { disruptionBudget: { minAvailable: 1 } },
    'ServiceAccount NetworkPolicy Service Deployment PodDisruptionBudget',
  ],
  [
    'an autoscaler that may go down to one pod',
    { autoscaling: { maxReplicas: 3 } },
    'ServiceAccount NetworkPolicy Service Deployment HorizontalPodAutoscaler',
  ],
  [
    'an autoscaler that keeps two pods',
    { autoscaling: { minReplicas: 2, maxReplicas: 3 } },
    'ServiceAccount NetworkPolicy Service Deployment PodDisruptionBudget HorizontalPodAutoscaler',
  ],
  [
    'switched off',
    {
      enabled: false,
      replicas: 2,
      autoscaling: { minReplicas: 2, maxReplicas: 3 },
      disruptionBudget: { minAvailable: 1 },
    },
    'ServiceAccount NetworkPolicy Service Deployment',
  ],
  ['no pods', { replicas: 0, autoscaling: { maxReplicas: 3 } }, 'ServiceAccount NetworkPolicy Service Deployment'],
])('children of %s', (_what, spec, expected) => {
  expect(kinds(spec)).toBe(expected);
});

test('a server that runs elsewhere needs nothing here', () => {
  expect(buildChildren(serverOf({ remote: { url: 'https://example.com/mcp' } }), CONTEXT)).toEqual([]);
});

test.each<[string, Spec, unknown]>([
  ['one', {}, 1],
  ['many', { replicas: 5 }, 5],
  ['none', { replicas: 0 }, 0],
  ['none while switched off', { enabled: false, replicas: 3 }, 0],
  ['the number of the autoscaler', { autoscaling: { maxReplicas: 3 } }, undefined],
  ['none while switched off, with an autoscaler', { enabled: false, autoscaling: { maxReplicas: 3 } }, 0],
])('replicas: %s', (_what, spec, replicas) => {
  expect(deploymentOf(spec).replicas).toBe(replicas);
});

test('a rollout never has fewer pods than asked for, and its deadline holds the time to start', () => {
  expect(child({}, 'Deployment')).toMatchObject({
    spec: {
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      progressDeadlineSeconds: 660,
      selector: { matchLabels: { 'mooring.dev/server': 'notes' } },
    },
  });
  expect(child({ timeouts: { startup: '1500ms' } }, 'Deployment')).toHaveProperty('spec.progressDeadlineSeconds', 602);
});

test('the Service finds the port of each pod by name', () => {
  expect(child({ port: 9000 }, 'Service')?.['spec']).toEqual({
    type: 'ClusterIP',
    selector: { 'mooring.dev/server': 'notes' },
    ports: [{ name: 'mcp', port: 8080, targetPort: 'mcp', protocol: 'TCP', appProtocol: 'http' }],
  });
  expect(serviceOrigin(serverOf())).toBe('http://notes.default:8080');
});

test('the account carries no token', () => {
  expect(child({}, 'ServiceAccount')).toHaveProperty('automountServiceAccountToken', false);
});

test.each<[Spec, object]>([
  [{ replicas: 2 }, { maxUnavailable: 1 }],
  [{ replicas: 2, disruptionBudget: { minAvailable: '50%' } }, { minAvailable: '50%' }],
  [{ replicas: 2, disruptionBudget: { minAvailable: 0 } }, { minAvailable: 0 }],
  [{ replicas: 1, disruptionBudget: { maxUnavailable: 0 } }, { maxUnavailable: 0 }],
])('budget of %j', (spec, limit) => {
  expect(child(spec, 'PodDisruptionBudget')?.['spec']).toEqual({
    ...limit,
    selector: { matchLabels: { 'mooring.dev/server': 'notes' } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  });
});

test('the autoscaler scales the Deployment', () => {
  expect(child({ autoscaling: { minReplicas: 2, maxReplicas: 9 } }, 'HorizontalPodAutoscaler')?.['spec']).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'notes' },
    minReplicas: 2,
    maxReplicas: 9,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  });
});

test('the keys of a namespace belong to no server', () => {
  const { metadata, ['data']: data } = identityConfigMap('default', '{"keys":[]}');
  expect(metadata).toMatchObject({ name: 'mooring-identity', namespace: 'default' });
  expect(metadata).not.toHaveProperty('ownerReferences');
  expect(data).toEqual({ 'jwks.json': '{"keys":[]}' });
});

test('whatever is asked for: owned, labelled, of a known kind, twice the same, and not changed by being built', () => {
  const known = new Set(CHILD_KINDS.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`));
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      const server = serverOf(spec);
      const before = structuredClone(server);
      const children = buildChildren(server, CONTEXT);
      expect(JSON.stringify(children)).toBe(JSON.stringify(buildChildren(structuredClone(server), CONTEXT)));
      expect(server).toEqual(before);
      for (const { apiVersion, kind, metadata } of children) {
        expect(known).toContain(`${apiVersion}/${kind}`);
        expect(metadata).toMatchObject({ name: 'notes', namespace: 'default' });
        expect(metadata.labels).toMatchObject({
          'mooring.dev/server': 'notes',
          'app.kubernetes.io/managed-by': 'mooring',
        });
        expect(metadata.ownerReferences).toEqual([
          {
            apiVersion: 'mooring.dev/v1alpha1',
            kind: 'McpServer',
            name: 'notes',
            uid: 'u1',
            controller: true,
          },
        ]);
      }
    }),
  );
});

/** kubernetes.io, "Pod Security Standards", Restricted: every field that it asks for, and what it forbids in the fields that we fill. */
test('whatever is asked for without podTemplate: Pod Security restricted', () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      const pod = deploymentOf(spec).template.spec;
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const forbidden of ['hostNetwork', 'hostPID', 'hostIPC']) expect(pod).not.toHaveProperty(forbidden);
      for (const { hostPath } of pod?.volumes ?? []) expect(hostPath).toBeUndefined();
      for (const { securityContext, ports = [] } of [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])]) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        });
        for (const { hostPort } of ports) expect(hostPort).toBeUndefined();
      }
    }),
  );
});
