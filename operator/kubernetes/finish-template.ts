import type { KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import { GENERATION_ANNOTATION } from '../resources/revision.ts';
import { isSameRevision, PATH, SERVER_UID } from './annotations.ts';
import { isDeployment, type Deployment } from './deployment.ts';
import { isEnding, type Pod } from './pod.ts';

/** What is there already. */
export interface Before {
  readonly deployment: Deployment | undefined;
  readonly pods: readonly Pod[];
}

/**
 * The children with what the pods of the server remember of it: whose they are, their path, and the generation that first asked for them. That
 * one stays while the revision does, so that an edit of policy starts no pod anew, and an edit that is taken back finds the pods before it.
 */
export function finishTemplate(
  children: readonly KubernetesObject[],
  server: McpServer,
  before: Before,
): readonly KubernetesObject[] {
  return children.map((child) => (isDeployment(child) ? finish(child, server, before) : child));
}

function finish(wanted: Deployment, server: McpServer, { deployment, pods }: Before): Deployment {
  const { template } = wanted.spec;
  const annotations = {
    ...template.metadata?.annotations,
    [SERVER_UID]: server.metadata.uid,
    [PATH]: server.spec.path,
  };
  const same = [
    deployment?.spec.template.metadata,
    ...pods.filter((pod) => !isEnding(pod)).map(({ metadata }) => metadata),
  ].find(
    (metadata) =>
      metadata?.annotations?.[SERVER_UID] === server.metadata.uid && isSameRevision(metadata, { annotations }),
  );
  const generation = same?.annotations?.[GENERATION_ANNOTATION] ?? String(server.metadata.generation);
  const metadata = { ...template.metadata, annotations: { ...annotations, [GENERATION_ANNOTATION]: generation } };
  return { ...wanted, spec: { ...wanted.spec, template: { ...template, metadata } } };
}
