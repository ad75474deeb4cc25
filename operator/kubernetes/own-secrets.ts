import type { Log } from '../../core/log.ts';
import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';

const SECRET: ResourceKind = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets' };

/** What people and we make. Others may have made the one of an external database with another type. */
const TYPE = 'Opaque';

/** Helm's releases are up to a megabyte each. */
const SELECTOR = 'type!=helm.sh/release.v1';

const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'mooring' };

/** Values of the keys of a Secret, as text. */
export type SecretData = Readonly<Record<string, string>>;

/** The Secrets of our own namespace that concern us. None is ever overwritten or deleted. */
export interface OwnSecrets {
  /** From memory. */
  read(name: string): SecretData | undefined;
  /** Whether it is there, and we made it. */
  isOurs(name: string): boolean;
  /** Makes the Secret where it is absent. What is there then: ours, or what somebody else was quicker with. */
  make(name: string, data: SecretData): Promise<SecretData>;
  /** Calls back with the name of a Secret of ours that came, changed or went. Returns how to stop. */
  onChange(listener: (name: string) => void): () => void;
  readonly synced: Promise<void>;
  /** ms since the API server was heard of Secrets; 0 while they are watched. */
  lastContact(): number;
  close(): void;
}

export interface OwnSecretsOptions {
  readonly api: KubernetesApi;
  readonly namespace: string;
  /** Whose content is read and kept; of others nothing but the name. */
  readonly concerns: (name: string) => boolean;
  readonly log: Log;
}

interface StoredSecret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** Follows the Secrets of a namespace. */
export function openOwnSecrets({ api, namespace, concerns, log }: OwnSecretsOptions): OwnSecrets {
  const { apiVersion, kind } = SECRET;
  const reflector = startReflector<StoredSecret>({
    api,
    kind: SECRET,
    namespaces: [namespace],
    fieldSelector: SELECTOR,
    trim: ({ metadata, data }) =>
      ({
        apiVersion,
        kind,
        // An annotation of `kubectl apply` would hold the whole content.
        metadata: { ...metadata, annotations: {} },
        ...(concerns(metadata.name) && data ? { data } : {}),
      }) as StoredSecret,
    log,
  });

  async function make(name: string, data: SecretData): Promise<SecretData> {
    const body = {
      apiVersion,
      kind,
      type: TYPE,
      metadata: { name, namespace, labels: MANAGED_BY },
      data: encoded(data),
    };
    try {
      const made = await api.request<StoredSecret>({ method: 'POST', path: pathOf(SECRET, namespace), body });
      reflector.note(made);
      log.info({ object: name }, 'Secret made');
      return data;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 409)) throw error;
      return decoded(await api.request<StoredSecret>({ path: pathOf(SECRET, namespace, name) }));
    }
  }

  return {
    read(name) {
      const secret = reflector.get(namespace, name);
      return secret && decoded(secret);
    },
    isOurs: (name) =>
      reflector.get(namespace, name)?.metadata.labels?.['app.kubernetes.io/managed-by'] ===
      MANAGED_BY['app.kubernetes.io/managed-by'],
    make,
    onChange: (listener) =>
      reflector.onChange(({ metadata }) => {
        if (concerns(metadata.name)) listener(metadata.name);
      }),
    synced: reflector.synced,
    lastContact: reflector.lastContact,
    close: reflector.close,
  };
}

const mapValues = (data: Readonly<Record<string, string>>, change: (value: string) => string): SecretData =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, change(value)]));

const encoded = (data: SecretData): SecretData => mapValues(data, (text) => Buffer.from(text).toString('base64'));
const decoded = ({ data = {} }: StoredSecret): SecretData =>
  mapValues(data, (text) => Buffer.from(text, 'base64').toString());
