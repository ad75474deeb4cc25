import type { KubernetesObject, OwnerReference } from '../../crds/kubernetes/kubernetes-object.ts';
import { API_VERSION, KIND, type McpServer } from '../../crds/mcpserver.ts';
import type { Cause } from '../cause.ts';
import { SERVER_LABEL } from '../resources/labels.ts';
import { SERVER_UID } from './annotations.ts';
import type { Pod } from './pod.ts';

/** The one owner that may change an object (Kubernetes API, `metadata.ownerReferences[].controller`). */
export const controllerOf = ({ metadata }: Pick<KubernetesObject, 'metadata'>): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

export const isControlledBy = (object: KubernetesObject, uid: string): boolean => controllerOf(object)?.uid === uid;

/** Of an McpServer of this name that is gone: the garbage collector is about to remove it. */
export function isLeftover(object: KubernetesObject, { metadata }: McpServer): boolean {
  const controller = controllerOf(object);
  const isOurs = controller?.kind === KIND && groupOf(controller.apiVersion) === groupOf(API_VERSION);
  return isOurs && controller.name === metadata.name && controller.uid !== metadata.uid;
}

const groupOf = (apiVersion: string): string => apiVersion.replace(/\/[^/]*$/, '');

/** Why a server waits for an object that is on its way out. */
export function notGone({ kind, metadata }: KubernetesObject): Cause {
  const { finalizers = [], deletionTimestamp } = metadata;
  const why =
    deletionTimestamp === undefined
      ? 'the garbage collector of the cluster has not removed it'
      : `it waits for its finalizers (${finalizers.join(', ') || 'none'})`;
  return {
    reason: 'OldChildRemains',
    message:
      `${kind} ${metadata.namespace}/${metadata.name} of an earlier server of this name has to go first, and ${why}. ` +
      'This server is made when it is gone: see what keeps it, or delete it.',
  };
}

/**
 * Whether a pod is a copy of this server. Its annotation alone says nothing: whoever may make pods somewhere in the cluster can write it, and would be
 * asked with our identity and told of in the status.
 */
export const isPodOf = ({ metadata }: McpServer, pod: Pod): boolean =>
  pod.metadata.namespace === metadata.namespace &&
  pod.metadata.labels?.[SERVER_LABEL] === metadata.name &&
  pod.metadata.annotations?.[SERVER_UID] === metadata.uid &&
  controllerOf(pod)?.kind === 'ReplicaSet';

/** Why an object of somebody else keeps a server from being taken on. */
export function conflict({ kind, metadata }: KubernetesObject): Cause {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller) ?? metadata.ownerReferences?.[0];
  const whose = owner ? `belongs to ${owner.kind} ${owner.name}` : 'was made by somebody else';
  return {
    reason: 'Conflict',
    message:
      `${kind} ${metadata.namespace}/${metadata.name} is there already and ${whose}; Mooring changes only what it made itself. ` +
      `Give this server another metadata.name, or remove that ${kind}.`,
    stalled: true,
  };
}
