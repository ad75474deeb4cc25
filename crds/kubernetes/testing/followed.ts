import { setTimeout as delay } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import { faultyApiServer } from '../../../test/support/faulty-api-server.ts';
import { testNamespace, type TestNamespace } from '../../../test/support/api-server.ts';
import type { FaultyApiServer } from '../../../test/support/faulty-api-server.ts';
import { pathOf, type KubernetesObject, type ResourceKind } from '../kubernetes-object.ts';
import type { StreamTimes } from '../object-stream.ts';
import { startReflector, type Reflector } from '../reflector.ts';

export const CONFIG_MAPS: ResourceKind = { apiVersion: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
export const quiet = { info: () => {}, warn: () => {}, error: () => {} };

/** The ConfigMaps of a namespace, followed through a proxy that can fail, and changed past it. */
export interface Followed extends AsyncDisposable {
  readonly space: TestNamespace;
  readonly faulty: FaultyApiServer;
  readonly reflector: Reflector<KubernetesObject>;
  /** What somebody knows who only listens: resource versions by name. */
  readonly told: ReadonlyMap<string, string>;
  readonly put: (name: string, value: string) => Promise<KubernetesObject>;
  readonly remove: (name: string) => Promise<unknown>;
  /** Objects come, change and go. */
  churn(rounds: number, pauseMs: number): Promise<void>;
}

export interface FollowedOptions {
  readonly times?: Partial<StreamTimes>;
  /** What happens before the reflector starts. */
  readonly before?: (faulty: FaultyApiServer, space: TestNamespace) => Promise<unknown>;
}

export async function followed({ times, before }: FollowedOptions = {}): Promise<Followed> {
  const space = await testNamespace();
  const faulty = await faultyApiServer(space);
  await before?.(faulty, space);
  const { api } = faulty;
  const reflector = startReflector({ api, kind: CONFIG_MAPS, namespaces: [space.name], log: quiet, times });
  const told = new Map<string, string>();
  reflector.onChange(({ metadata: { name, resourceVersion = '' } }, change) => {
    if (change === 'deleted') told.delete(name);
    else told.set(name, resourceVersion);
  });

  const path = (name?: string): string => pathOf(CONFIG_MAPS, space.name, name);
  const remove = (name: string): Promise<unknown> => space.api.request({ method: 'DELETE', path: path(name) });
  const put = (name: string, value: string): Promise<KubernetesObject> =>
    space.api.request({
      method: 'PATCH',
      path: path(name),
      query: { fieldManager: 'test', force: true },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { value } },
    });

  return {
    space,
    faulty,
    reflector,
    told,
    put,
    remove,
    async churn(rounds, pauseMs) {
      for (let round = 0; round < rounds; round += 1) {
        await put(`stays-${round % 5}`, String(round));
        await put(`goes-${round}`, 'x');
        if (round > 1) await remove(`goes-${round - 2}`);
        await delay(pauseMs);
      }
    },
    async [Symbol.asyncDispose]() {
      reflector.close();
      await faulty[Symbol.asyncDispose]();
      await space[Symbol.asyncDispose]();
    },
  };
}

/** What is cached and what was told is what is there, soon; and the next change arrives at once. */
export async function expectCaughtUp({ space, reflector, told, put, remove }: Followed): Promise<void> {
  const soon = { timeout: 5000, interval: 20 };
  const { items } = await space.api.request<{ items: KubernetesObject[] }>({ path: pathOf(CONFIG_MAPS, space.name) });
  await vi.waitFor(() => expect(versions(reflector.list())).toEqual(versions(items)), soon);
  expect(Object.fromEntries(told)).toEqual(versions(items));
  await vi.waitFor(() => expect(reflector.lastContact()).toBe(0), soon);
  await put('after', '1');
  await vi.waitFor(() => expect(told.has('after')).toBe(true), { timeout: 1000, interval: 10 });
  await remove('after');
  await vi.waitFor(() => expect(told.has('after')).toBe(false), { timeout: 1000, interval: 10 });
}

const versions = (objects: readonly KubernetesObject[]): Record<string, string> =>
  Object.fromEntries(objects.map(({ metadata }) => [metadata.name, metadata.resourceVersion ?? '']));
