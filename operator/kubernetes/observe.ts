import { isIPv6 } from 'node:net';
import { McpServerSpec, type McpServer } from '../../crds/mcpserver.ts';
import type { Cause } from '../cause.ts';
import type { Instance, Observation } from '../platform.ts';
import { PORT_NAME } from '../resources/container-port.ts';
import { selectorText } from '../resources/labels.ts';
import { GENERATION_ANNOTATION } from '../resources/revision.ts';
import { SERVER_CONTAINER } from '../resources/server-container.ts';
import { serviceOrigin } from '../resources/service.ts';
import { isSameRevision, PATH } from './annotations.ts';
import { isOpening, isSettling, SETTLING_MS } from './causes/not-ready.ts';
import { serverCause, type ServerFacts } from './causes/server-cause.ts';
import type { Deployment } from './deployment.ts';
import { isVerified } from './gate.ts';
import { containerOf } from './causes/pod-facts.ts';
import { instanceId, isEnding, isReady, podCondition, type Pod } from './pod.ts';

/** Everything that the cluster says of one server. */
export interface Scene extends Omit<ServerFacts, 'deployment'> {
  readonly server: McpServer;
  /** As it was asked for last. */
  readonly wanted: Deployment;
  /** As it is. */
  readonly deployment: Deployment | undefined;
  /** Why something could not be applied. */
  readonly obstacle: Cause | undefined;
}

export function observeServer(scene: Scene): Observation {
  const { server, wanted, deployment, obstacle, now } = scene;
  const selector = selectorText(server);
  const template = wanted.spec.template.metadata;
  const pods = scene.pods.filter((pod) => !isEnding(pod)).sort(byAge);
  const serving = pods.filter(isReady);
  if (wanted.spec.replicas === 0) {
    return {
      instances: [],
      replicas: serving.length,
      selector,
      ...(server.spec.enabled && { trouble: SCALED_TO_ZERO }),
    };
  }

  const current = scene.pods.filter(({ metadata }) => isSameRevision(metadata, template));
  const arrived = serving.filter(({ metadata }) => isSameRevision(metadata, template));
  const old = serving.filter((pod) => !arrived.includes(pod));
  const shown = (pod: Pod | undefined): Instance | undefined => pod && toInstance(pod, server, current.includes(pod));

  const asked = [...arrived, ...pods.filter((pod) => current.includes(pod))].find(
    (pod) => instanceId(pod) !== undefined,
  );
  const trouble = obstacle ?? serverCause({ ...scene, deployment, pods: current.filter((pod) => !isReady(pod)) });
  const count = deployment?.spec.replicas ?? wanted.spec.replicas ?? 1;
  const progress = progressOf(arrived.length, count, old.length, trouble);
  const [servingNow, wantedNow] = [shown(old[0] ?? arrived[0]), shown(asked)];
  return {
    instances: pods.flatMap((pod) => shown(pod) ?? []),
    replicas: serving.length,
    selector,
    ...(servingNow && {
      serving: servingNow,
      backendUrl: `${serviceOrigin(server)}${new URL(servingNow.url).pathname}`,
    }),
    ...(wantedNow && { wanted: wantedNow }),
    ...(trouble && { trouble }),
    ...(progress !== undefined && { progress }),
    ...(((asked && isVerified(asked) && isOpening(asked, now)) || isTakingOver(arrived, old, count, now)) && {
      settlingMs: SETTLING_MS,
    }),
  };
}

const SCALED_TO_ZERO: Cause = {
  reason: 'ScaledToZero',
  message: 'spec.replicas is 0: nothing runs until it is raised.',
  idle: true,
};

/** The oldest first, so that the same pod is spoken of as long as it lives. */
const byAge = ({ metadata: a }: Pod, { metadata: b }: Pod): number => compare(ageKey(a), ageKey(b));
const ageKey = ({ creationTimestamp = '', name }: Pod['metadata']): string => `${creationTimestamp} ${name}`;
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function toInstance(pod: Pod, server: McpServer, isCurrent: boolean): Instance | undefined {
  const { metadata, status } = pod;
  const id = instanceId(pod);
  const port = containerOf(pod, SERVER_CONTAINER)?.ports?.find(({ name }) => name === PORT_NAME)?.containerPort;
  if (id === undefined || status.podIP === undefined || port === undefined) return undefined;
  const host = isIPv6(status.podIP) ? `[${status.podIP}]` : status.podIP;
  return {
    id,
    url: `http://${host}:${port}${pathOf(pod) ?? server.spec.path}`,
    output: `kubectl logs -n ${metadata.namespace} ${metadata.name}`,
    generation: isCurrent ? server.metadata.generation : Number(metadata.annotations?.[GENERATION_ANNOTATION] ?? 0),
  };
}

/** Its own, which an edit may have changed; who can edit pods could else lead our requests, with our identity, anywhere. */
function pathOf({ metadata }: Pod): string | undefined {
  const path = metadata.annotations?.[PATH];
  return McpServerSpec.shape.path.safeParse(path).success ? path : undefined;
}

/** While not exactly the pods serve that the manifest asks for. */
function progressOf(arrived: number, count: number, old: number, trouble: Cause | undefined): string | undefined {
  if (arrived === count && old === 0) return undefined;
  const left = old === 0 ? '' : `; ${old} of an earlier generation serve${old === 1 ? 's' : ''} beside`;
  return `${arrived} of ${count} pods serve${left}.${trouble ? ` ${trouble.message}` : ''}`;
}

/** All that are asked for serve since just now: those that they replace are about to end. */
const isTakingOver = (arrived: readonly Pod[], old: readonly Pod[], count: number, now: number): boolean =>
  old.length > 0 &&
  arrived.length >= count &&
  arrived.some((pod) => isSettling(Date.parse(podCondition(pod, 'Ready')?.lastTransitionTime ?? ''), now));
