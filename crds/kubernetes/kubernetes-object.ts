/** A kind of object, as far as its path needs it: `{ apiVersion: 'apps/v1', kind: 'Deployment', plural: 'deployments' }`. */
export interface ResourceKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly plural: string;
}

/** metav1.OwnerReference. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean | undefined;
}

/** metav1.ObjectMeta. What the API server sets is absent in objects that are only about to be written. */
export interface KubernetesMeta {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
  readonly finalizers?: readonly string[] | undefined;
  readonly uid?: string | undefined;
  readonly generation?: number | undefined;
  readonly resourceVersion?: string | undefined;
  /** RFC 3339. */
  readonly creationTimestamp?: string | undefined;
  /** RFC 3339; present while the object waits for its finalizers. */
  readonly deletionTimestamp?: string | undefined;
}

/** Any object of the Kubernetes API. Frozen where it comes from a reflector. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubernetesMeta;
  readonly [field: string]: unknown;
}

/** The path of a collection, an object or a subresource; without `namespace` of every namespace, or of what has none. */
export function pathOf(kind: ResourceKind, namespace?: string, name?: string, subresource?: string): string {
  // Only the core group, which has no name, is served below /api (Kubernetes API concepts, "Resource URIs").
  const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
  const steps = [
    ...(namespace === undefined ? [] : ['namespaces', namespace]),
    kind.plural,
    ...(name === undefined ? [] : [name]),
    ...(subresource === undefined ? [] : [subresource]),
  ];
  return `${root}/${steps.map(encodeURIComponent).join('/')}`;
}
