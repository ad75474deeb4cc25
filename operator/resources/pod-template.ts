import type { McpServer } from '../../crds/mcpserver.ts';
import { canonicalQuantities } from './canonical-quantities.ts';
import { reservedEnvironment } from './container-environment.ts';
import { PORT_NAME } from './container-port.ts';
import { isReservedVariable } from './environment.ts';
import { childLabels, selectorLabels } from './labels.ts';
import { mergePodTemplate } from './merge-pod-template.ts';
import { containerSecurity, podSecurity } from './pod-security.ts';
import { IDENTITY_VOLUME, identityMount, identityVolume, podVolumes } from './pod-volumes.ts';
import { GENERATION_ANNOTATION, REVISION_ANNOTATION, revisionOf } from './revision.ts';
import { SERVER_CONTAINER, serverContainer, UNTIL_FORGOTTEN_S } from './server-container.ts';
import { serviceAccountName } from './service-account.ts';
import type { Container, PodReadinessGate, PodSpec, PodTemplateSpec } from './kubernetes-types.ts';

/** The readiness gate and the condition of a pod: it has answered MCP. */
export const VERIFIED_CONDITION = 'mooring.dev/verified';

/** Seconds that a server has to finish its calls after SIGTERM: what Kubernetes gives unasked. */
const GRACE_S = 30;

/**
 * The pods of a server: what Mooring builds, the manifest's `podTemplate` over it, and over that what stays Mooring's: labels, readiness gate, the
 * port, the signed identity and the variables that the server is found by. Nothing in it depends on the number of pods, so that scaling restarts none.
 */
export function podTemplate(server: McpServer, publicUrl: string): PodTemplateSpec {
  const merged = mergePodTemplate({ ...build(server, publicUrl) }, server.spec.podTemplate ?? {});
  const template = keepOurs(merged, server, publicUrl);
  const annotations = {
    ...template.metadata?.annotations,
    [REVISION_ANNOTATION]: revisionOf(template),
    [GENERATION_ANNOTATION]: String(server.metadata.generation),
  };
  return { ...template, metadata: { ...template.metadata, annotations } };
}

function build(server: McpServer, publicUrl: string): PodTemplateSpec {
  const { imagePullSecrets = [] } = server.spec;
  const added = namedContainers(server);
  return {
    metadata: {
      labels: { ...childLabels(server) },
      // So that `kubectl logs` shows the server where something puts a container beside it.
      annotations: { 'kubectl.kubernetes.io/default-container': SERVER_CONTAINER },
    },
    spec: {
      serviceAccountName: serviceAccountName(server),
      automountServiceAccountToken: false,
      // Variables of every other Service of the namespace are nothing that a manifest names.
      enableServiceLinks: false,
      ...(imagePullSecrets.length > 0 && { imagePullSecrets: imagePullSecrets.map(({ name }) => ({ name })) }),
      securityContext: podSecurity(),
      terminationGracePeriodSeconds: UNTIL_FORGOTTEN_S + GRACE_S,
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((topologyKey) => ({
        maxSkew: 1,
        topologyKey,
        // A pod at a bad place serves better than none.
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { ...selectorLabels(server) } },
        // Pods that are being replaced do not count (KEP-3243).
        matchLabelKeys: ['pod-template-hash'],
      })),
      ...(added.initContainers.length > 0 && { initContainers: added.initContainers }),
      containers: [serverContainer(server, publicUrl), ...added.containers],
      volumes: podVolumes(server),
    },
  };
}

/** The containers that `podTemplate` adds, with what Pod Security *restricted* asks of them, for it to be merged over. */
function namedContainers({ spec }: McpServer): Required<Pick<PodSpec, 'containers' | 'initContainers'>> {
  const { containers, initContainers }: Partial<PodSpec> = asTemplate(spec.podTemplate ?? {}).spec ?? {};
  const secured = (list: readonly Container[] | undefined): Container[] =>
    (list ?? [])
      .filter(({ name }) => name !== SERVER_CONTAINER)
      .map(({ name }) => ({ name, securityContext: containerSecurity() }));
  return { containers: secured(containers), initContainers: secured(initContainers) };
}

function keepOurs(merged: object, server: McpServer, publicUrl: string): PodTemplateSpec {
  const { metadata, spec, ...rest } = asTemplate(merged);
  const { readinessGates = [], volumes = [], containers, ...pod }: PodSpec = { containers: [], ...spec };
  const gates = [
    ...ourGates(server),
    ...readinessGates.filter(({ conditionType }) => conditionType !== VERIFIED_CONDITION),
  ];
  return {
    ...rest,
    metadata: { ...metadata, labels: { ...metadata?.labels, ...childLabels(server) } },
    spec: canonicalQuantities({
      ...pod,
      ...(gates.length > 0 && { readinessGates: gates }),
      containers: containers.map((each) =>
        each.name === SERVER_CONTAINER ? keepOurContainer(each, server, publicUrl) : each,
      ),
      volumes: [identityVolume, ...volumes.filter(({ name }) => name !== IDENTITY_VOLUME)],
    }),
  };
}

function keepOurContainer(merged: Container, server: McpServer, publicUrl: string): Container {
  const { env = [], ports = [], volumeMounts = [] } = merged;
  const ours = serverContainer(server, publicUrl).ports ?? [];
  return {
    ...merged,
    env: [...reservedEnvironment(server, publicUrl), ...env.filter(({ name }) => !isReservedVariable(name))],
    ports: [
      ...ours,
      ...ports.filter(
        ({ name, containerPort, protocol = 'TCP' }) =>
          name !== PORT_NAME && !(protocol === 'TCP' && ours.some((our) => our.containerPort === containerPort)),
      ),
    ],
    volumeMounts: [identityMount, ...volumeMounts.filter(({ mountPath }) => mountPath !== identityMount.mountPath)],
  };
}

const ourGates = ({ spec }: McpServer): PodReadinessGate[] =>
  spec.rolloutGate ? [{ conditionType: VERIFIED_CONDITION }] : [];

/** `review` (operator/kubernetes) lets only those pass whose lists and names are what they are called. */
const asTemplate = (value: object): PodTemplateSpec => value;
