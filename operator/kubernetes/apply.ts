import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../../crds/kubernetes/api-error.ts';
import type { KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf, type KubernetesObject } from '../../crds/kubernetes/kubernetes-object.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { Cause } from '../cause.ts';
import { APPLIED } from './annotations.ts';
import { applyCause, isNamespaceEnding } from './apply-cause.ts';
import type { ChildCache } from './child-cache.ts';
import { isDeployment, type Deployment } from './deployment.ts';
import { fingerprint, project } from './drift.ts';
import { conflict, isControlledBy, isLeftover, notGone } from './ownership.ts';
import { pinned, type Pin } from './pinned.ts';

/** What keeps the children from being as they should. */
export type Obstacle =
  /** An object of somebody else stands in the way. */
  | { readonly kind: 'refused'; readonly cause: Cause }
  /** The API server does not take one of them. */
  | { readonly kind: 'troubled'; readonly cause: Cause; readonly child: string }
  /** Something of an earlier server of this name is still being removed. */
  | { readonly kind: 'waiting'; readonly cause: Cause }
  /** The namespace is being deleted. */
  | { readonly kind: 'ending' };

export interface Applier {
  /** Writes what differs from what is there, and nothing else. Throws where trying again may help. */
  apply(server: McpServer, children: readonly KubernetesObject[]): Promise<Obstacle | undefined>;
  /** The server is gone. */
  forget(uid: string): void;
}

interface Found {
  readonly child: KubernetesObject;
  readonly live: KubernetesObject | undefined;
}

/** A Deployment changes a few times a second while its pods come and go, and a try takes some milliseconds. */
const ATTEMPTS = 5;

export function createApplier(api: Pick<KubernetesApi, 'request'>, cache: ChildCache): Applier {
  /** By server and kind: what a child looks like after our own write, where that is not what we wrote (admission changed it). */
  const changedByOthers = new Map<string, Map<string, string>>();

  /** What is there, whether it carries our label or not. */
  async function find(child: KubernetesObject): Promise<KubernetesObject | undefined> {
    const cached = cache.current(child);
    if (cached) return cached;
    const { namespace, name } = child.metadata;
    try {
      return await api.request({ path: pathOf(cache.kindOf(child), namespace, name) });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  function isAsWanted(uid: string, child: KubernetesObject, live: KubernetesObject): boolean {
    const wanted = fingerprint(child);
    if (live.metadata.annotations?.[APPLIED] !== wanted) return false;
    const seen = project(child, live);
    if (isDeepStrictEqual(seen, child)) return true;
    const shown = fingerprint(seen);
    return shown === wanted || changedByOthers.get(uid)?.get(child.kind) === shown;
  }

  async function write(uid: string, child: KubernetesObject, live: KubernetesObject | undefined): Promise<void> {
    const wanted = fingerprint(child);
    const answer = leavesScale(child, live) ? await patchKeepingScale(child) : await patch(child, pinned(live));
    cache.note(answer);
    const shown = fingerprint(project(child, answer));
    if (shown === wanted) changedByOthers.get(uid)?.delete(child.kind);
    else changedByOthers.set(uid, (changedByOthers.get(uid) ?? new Map<string, string>()).set(child.kind, shown));
  }

  async function patch(child: KubernetesObject, pin: Pin, body = child): Promise<KubernetesObject> {
    const { namespace, name, annotations } = child.metadata;
    const metadata = { ...child.metadata, annotations: { ...annotations, [APPLIED]: fingerprint(child) }, ...pin };
    return api.request({
      method: 'PATCH',
      path: pathOf(cache.kindOf(child), namespace, name),
      query: { fieldManager: 'mooring', force: true },
      contentType: 'application/apply-patch+yaml',
      body: { ...body, metadata },
    });
  }

  /** With the number of pods that there is at this very moment. */
  async function patchKeepingScale(child: Deployment): Promise<KubernetesObject> {
    const { namespace, name } = child.metadata;
    for (let attempt = 1; ; attempt += 1) {
      const live = await api.request<Deployment>({ path: pathOf(cache.kindOf(child), namespace, name) });
      const body = { ...child, spec: { ...child.spec, replicas: live.spec.replicas } };
      try {
        return await patch(child, { ...pinned(live), resourceVersion: live.metadata.resourceVersion }, body);
      } catch (error) {
        if (attempt === ATTEMPTS || !(error instanceof ApiError && error.status === 409)) throw error;
      }
    }
  }

  async function applyOne(uid: string, { child, live }: Found): Promise<Obstacle | undefined> {
    if (live && isAsWanted(uid, child, live)) return undefined;
    try {
      await write(uid, child, live);
      return undefined;
    } catch (error) {
      if (isNamespaceEnding(error)) return { kind: 'ending' };
      const cause = applyCause(error, child);
      if (!cause) throw error;
      return { kind: 'troubled', cause, child: child.kind };
    }
  }

  async function applyAll(uid: string, found: readonly Found[]): Promise<Obstacle | undefined> {
    const obstacles = await Promise.all(found.map(async (each) => applyOne(uid, each)));
    return obstacles.find((obstacle) => obstacle !== undefined);
  }

  return {
    async apply(server, children) {
      const found = await Promise.all(children.map(async (child) => ({ child, live: await find(child) })));
      const there = found.flatMap(({ live }) => live ?? []);
      const { uid } = server.metadata;
      const foreign = there.filter((live) => !isControlledBy(live, uid));
      const stranger = foreign.find((live) => !isLeftover(live, server));
      if (stranger) return { kind: 'refused', cause: conflict(stranger) };
      const leaving = foreign[0] ?? there.find(({ metadata }) => metadata.deletionTimestamp !== undefined);
      if (leaving) return { kind: 'waiting', cause: notGone(leaving) };
      // Pods come last: their account and the NetworkPolicy around them stand before they do.
      const [last, first] = [
        found.filter(({ child }) => isDeployment(child)),
        found.filter(({ child }) => !isDeployment(child)),
      ];
      return (await applyAll(uid, first)) ?? (await applyAll(uid, last));
    },
    forget: (uid) => void changedByOthers.delete(uid),
  };
}

/**
 * Where an autoscaler takes over, the number of pods has to stay as it is: a field that is applied no more falls back to its default, which is one
 * pod (Kubernetes, "Server-Side Apply", transferring ownership). From none an autoscaler does not begin; from one it does.
 */
const leavesScale = (child: KubernetesObject, live: KubernetesObject | undefined): child is Deployment =>
  isDeployment(child) && child.spec.replicas === undefined && isDeployment(live) && (live.spec.replicas ?? 0) > 0;
