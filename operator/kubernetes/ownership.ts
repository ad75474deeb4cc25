import type { KubernetesObject, OwnerReference } from '../../crds/kubernetes/kubernetes-object.ts';
import { KIND, type McpServer } from '../../crds/mcpserver.ts';
import type { Cause } from '../cause.ts';

/** The one owner that may change an object (Kubernetes API, `metadata.ownerReferences[].controller`). */
export const controllerOf = ({ metadata }: KubernetesObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

export const isControlledBy = (object: KubernetesObject, uid: string): boolean => controllerOf(object)?.uid === uid;

/** Of an McpServer of this name that is gone: the garbage collector is about to remove it. */
export function isLeftover(object: KubernetesObject, { metadata }: McpServer): boolean {
  const controller = controllerOf(object);
  return controller?.kind === KIND && controller.name === metadata.name && controller.uid !== metadata.uid;
}

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
