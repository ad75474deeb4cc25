import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import { OBJECTS } from '../../core/pod-paths.ts';
import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../../crds/kubernetes/kubernetes-object.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import type { Cause } from '../cause.ts';
import { identityConfigMap } from '../resources/identity-config-map.ts';
import { applyCause, isNamespaceEnding } from './apply-cause.ts';
import { conflict, controllerOf } from './ownership.ts';
import { pinned } from './pinned.ts';

const CONFIG_MAP: ResourceKind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };

/** Milliseconds until what was refused is tried again: nobody says when a quota was raised or a rule was changed. */
export const REFUSED_MS = 10_000;

/** ConfigMap `mooring-identity` of each namespace. */
export interface IdentityConfigMaps {
  /** Makes the one of this namespace say what it has to, where it does not. Answers why that is not allowed, and asks again only after a while. */
  ensure(namespace: string): Promise<Cause | undefined>;
  /** Removes it, where we made it. */
  remove(namespace: string): Promise<void>;
  /** Where there is one now. */
  namespaces(): readonly string[];
  /** Calls back with the namespace of one that came, changed or went. Returns how to stop. */
  onChange(listener: (namespace: string) => void): () => void;
  readonly synced: Promise<void>;
  /** ms since the API server was heard of them; 0 while they are watched. */
  lastContact(): number;
  close(): void;
}

export interface IdentityConfigMapsOptions {
  readonly api: KubernetesApi;
  /** Default: all. */
  readonly namespaces?: readonly string[] | undefined;
  /** The content; undefined while it is not known. */
  readonly jwks: () => string | undefined;
  readonly log: Log;
}

/** Keeps the public keys of `Mooring-Identity` where servers read them: as a file, so that verifying needs no network. */
export function openIdentityConfigMaps({ api, namespaces, jwks, log }: IdentityConfigMapsOptions): IdentityConfigMaps {
  const reflector = startReflector({
    api,
    kind: CONFIG_MAP,
    namespaces,
    fieldSelector: `metadata.name=${OBJECTS.identity}`,
    log,
  });
  /** Many servers of one namespace ask at once. */
  const underWay = new Map<string, Promise<Cause | undefined>>();
  /** By namespace; `until` on the clock of `performance`. */
  const refusals = new Map<string, { readonly cause: Cause; readonly until: number }>();

  /** Ours, unless somebody has taken our label away or given it another owner. */
  const isOurs = (found: KubernetesObject): boolean =>
    found.metadata.labels?.['app.kubernetes.io/managed-by'] === 'mooring' && controllerOf(found) === undefined;

  async function apply(wanted: KubernetesObject, found: KubernetesObject | undefined): Promise<Cause | undefined> {
    try {
      await write({ ...wanted, metadata: { ...wanted.metadata, ...pinned(found) } });
      return undefined;
    } catch (error) {
      if (isNamespaceEnding(error)) return undefined;
      const cause = applyCause(error, wanted);
      if (!cause) throw error;
      return cause;
    }
  }

  async function write(wanted: KubernetesObject): Promise<void> {
    const { namespace, name } = wanted.metadata;
    const path = pathOf(CONFIG_MAP, namespace, name);
    const query = { fieldManager: 'mooring', force: true };
    const applied = await api.request({
      method: 'PATCH',
      path,
      query,
      contentType: 'application/apply-patch+yaml',
      body: wanted,
    });
    reflector.note(applied);
  }

  return {
    async ensure(namespace) {
      const keys = jwks();
      if (keys === undefined) throw notYet();
      const wanted = identityConfigMap(namespace, keys);
      const found = reflector.get(namespace, OBJECTS.identity);
      if (found && !isOurs(found)) return conflict(found);
      if (sameData(found, wanted)) return undefined;
      const refusal = refusals.get(namespace);
      if (refusal && performance.now() < refusal.until) return refusal.cause;
      const running = underWay.get(namespace) ?? apply(wanted, found).finally(() => underWay.delete(namespace));
      underWay.set(namespace, running);
      const cause = await running;
      if (cause) refusals.set(namespace, { cause, until: performance.now() + REFUSED_MS });
      else refusals.delete(namespace);
      return cause;
    },
    async remove(namespace) {
      const found = reflector.get(namespace, OBJECTS.identity);
      if (!found || !isOurs(found)) return;
      const path = pathOf(CONFIG_MAP, namespace, OBJECTS.identity);
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: found.metadata.uid } };
      await api.request({ method: 'DELETE', path, body }).catch((error: unknown) => {
        // Gone, or made anew by somebody: then we are told.
        if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
      });
    },
    namespaces: () => reflector.list().map(({ metadata }) => metadata.namespace ?? ''),
    onChange: (listener) => reflector.onChange(({ metadata }) => listener(metadata.namespace ?? '')),
    synced: reflector.synced,
    lastContact: reflector.lastContact,
    close: reflector.close,
  };
}

const sameData = (found: KubernetesObject | undefined, wanted: KubernetesObject): boolean =>
  found !== undefined && JSON.stringify(found['data']) === JSON.stringify(wanted['data']);

const notYet = (): Failure =>
  new Failure(
    'identity_keys_missing',
    'The identity keys are not there yet. The log says which Secret could not be made.',
    {
      status: 503,
    },
  );
