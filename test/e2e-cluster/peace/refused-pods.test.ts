import { afterAll, expect, test } from 'vitest';
import type { ClusterApi, ClusterObject } from '../../support/cluster/cluster-api.ts';
import { observeNamespace } from '../../support/cluster/observed-namespace.ts';
import { conditionIn, record } from '../../support/cluster/recorder.ts';
import { RESTRICTED } from '../../support/cluster/restricted.ts';
import { serverManifest } from '../../support/cluster/server-manifest.ts';
import { useCluster } from '../../support/cluster/use-cluster.ts';
import { tellFigure } from '../../support/cluster/figure.ts';

const { api } = useCluster();
interface Deployment extends ClusterObject {
  readonly status: { readonly conditions?: readonly { readonly type: string }[] };
}

const POLICY = 'mooring-e2e-no-pods';

afterAll(async () => {
  await api.remove('ValidatingAdmissionPolicyBinding', { name: POLICY });
  await api.remove('ValidatingAdmissionPolicy', { name: POLICY });
});

/** What a cluster may have against every pod of a namespace, and how that ends. */
const OBJECTIONS = {
  QuotaExceeded: {
    message: /exceeded quota.*nothing/i,
    raise: async (cluster: ClusterApi, namespace: string) => {
      await cluster.apply(
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'nothing' },
          spec: { hard: { pods: '0' } },
        },
        namespace,
      );
    },
    withdraw: async (cluster: ClusterApi, namespace: string) =>
      cluster.remove('ResourceQuota', { namespace, name: 'nothing' }),
  },
  ForbiddenByAdmission: {
    message: /no pods on Mondays/,
    raise: async (cluster: ClusterApi, namespace: string) => {
      const matchConstraints = {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
      };
      await cluster.apply({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicy',
        metadata: { name: POLICY },
        spec: { matchConstraints, validations: [{ expression: 'false', message: 'no pods on Mondays' }] },
      });
      await cluster.apply({
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata: { name: POLICY },
        spec: {
          policyName: POLICY,
          validationActions: ['Deny'],
          matchResources: { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } },
        },
      });
      await untilRefused(cluster, namespace);
    },
    withdraw: async (cluster: ClusterApi) => cluster.remove('ValidatingAdmissionPolicyBinding', { name: POLICY }),
  },
} as const;

test.for(Object.entries(OBJECTIONS))('%s', async ([reason, { message, raise, withdraw }]) => {
  await using namespace = await observeNamespace(api, 'e2e-refused');
  await raise(api, namespace.name);
  await using deployments = record<Deployment>(api, 'Deployment', namespace.name);
  const since = await namespace.apply(serverManifest('unwanted', 'plain'));
  const known = await deployments.first(
    'the cluster to know',
    ({ status }) => status.conditions?.some(({ type }) => type === 'ReplicaFailure') === true,
  );
  const told = await namespace.servers.first(reason, (server) => conditionIn(server, 'Ready')?.reason === reason, {
    since,
    explain: () => namespace.story('unwanted'),
  });
  expect(conditionIn(told.object, 'Ready')?.message).toMatch(message);
  tellFigure(`${reason} told after the cluster knew`, told.at - known.at, 5000);
  await withdraw(api, namespace.name);
  await namespace.ready('unwanted');
});

/** The API server takes up a new policy after a while. */
async function untilRefused(cluster: ClusterApi, namespace: string): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'asked' },
    spec: { ...RESTRICTED.pod, containers: [{ ...RESTRICTED.container, name: 'asked', image: 'asked' }] },
  };
  const ask = async () =>
    cluster
      .request(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, { method: 'POST', body: JSON.stringify(pod) })
      .then(
        () => false,
        (error: Error) => error.message.includes('no pods on Mondays'),
      );
  for (let tries = 0; tries < 100 && !(await ask()); tries++) await new Promise((resolve) => setTimeout(resolve, 200));
}
