import { isObject } from '../../crds/path-pattern.ts';
import { ObjectMeta } from '../../crds/mcpserver.ts';
import { textOf } from './fields.ts';
import type { FoundServer } from './format.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether it is an object of this kind, of whatever version. */
export const isKind = (value: unknown, group: string, kind: string): value is Json =>
  isObject(value) && value['kind'] === kind && textOf(value['apiVersion']).split('/', 1)[0] === group;

/** Name of a label: an optional DNS subdomain, and a name (Kubernetes, "Labels and selectors"). */
const LABEL_NAME = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** Labels that tools put on what they manage. */
const OF_TOOLS =
  /^(?:app\.kubernetes\.io\/(?:managed-by|instance|part-of)|helm\.sh\/|argocd\.argoproj\.io\/|kustomize\.toolkit)/;

/** Name, namespace and labels of an object, as far as a McpServer can have them. */
export function kubernetesIdentity({ metadata }: Json): Pick<FoundServer, 'name' | 'namespace' | 'labels'> {
  const { name, namespace, labels } = isObject(metadata) ? metadata : {};
  const kept = Object.entries(isObject(labels) ? labels : {}).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      LABEL_NAME.test(entry[0]) &&
      LABEL_VALUE.test(entry[1]) &&
      !OF_TOOLS.test(entry[0]),
  );
  return {
    name: typeof name === 'string' ? name : '',
    namespace:
      ObjectMeta.shape.namespace.safeParse(namespace).success && typeof namespace === 'string' ? namespace : undefined,
    labels: kept.length > 0 ? Object.fromEntries(kept) : undefined,
  };
}
