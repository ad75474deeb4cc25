import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as sleep } from 'node:timers/promises';
import { kindOf, type KindName } from './kinds.ts';

export interface ClusterObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
}

export interface Place {
  readonly namespace?: string;
  readonly name?: string;
  /** `/status`, `/scale`, `/log`, `:9000/proxy/…` */
  readonly suffix?: string;
}

export interface WatchEvent<T> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

class ClusterApiError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** What tests do with a cluster: what kubectl does, without starting a program each time. Every call throws ClusterApiError. */
export interface ClusterApi {
  request<T>(path: string, init?: RequestInit): Promise<T>;
  get<T extends ClusterObject>(kind: KindName, place: Place): Promise<T>;
  list<T extends ClusterObject>(kind: KindName, place?: Place, labelSelector?: string): Promise<readonly T[]>;
  /** Server-side, as a person would with kubectl. Objects that name no namespace go into the one given. */
  apply<T extends ClusterObject>(object: object, namespace?: string): Promise<T>;
  /** A JSON merge patch (RFC 7386). */
  patch<T extends ClusterObject>(kind: KindName, place: Place, change: object): Promise<T>;
  /** Absent objects are no failure. */
  remove(kind: KindName, place: Place, options?: { readonly now?: boolean }): Promise<void>;
  /** Every object there is, then every change, until the signal. */
  watch<T extends ClusterObject>(kind: KindName, place: Place, signal: AbortSignal): AsyncIterable<WatchEvent<T>>;
}

export function openClusterApi(url: string): ClusterApi {
  const respond = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const response = await fetch(url + path, init);
    if (response.ok) return response;
    const text = await response.text();
    throw new ClusterApiError(response.status, `${init.method ?? 'GET'} ${path}: ${messageOf(text)}`);
  };
  const request = async <T>(path: string, init?: RequestInit): Promise<T> => (await respond(path, init)).json() as T;

  return {
    request,
    get: (kind, place) => request(pathOf(kind, place)),
    list: async <T extends ClusterObject>(kind: KindName, place: Place = {}, labelSelector = '') => {
      const query = labelSelector ? `?labelSelector=${encodeURIComponent(labelSelector)}` : '';
      return (await request<{ items: T[] }>(pathOf(kind, place) + query)).items;
    },
    apply: (object, namespace) => {
      const { kind, metadata } = object as { kind: KindName; metadata: { name: string; namespace?: string } };
      const place = { namespace, ...metadata };
      return request(`${pathOf(kind, place as Place)}?fieldManager=person&force=true`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(object),
      });
    },
    patch: (kind, place, change) =>
      request(pathOf(kind, place), {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify(change),
      }),
    remove: async (kind, place, { now = false } = {}) => {
      const query = now ? '?gracePeriodSeconds=0' : '';
      await respond(pathOf(kind, place) + query, { method: 'DELETE' }).catch((error: unknown) => {
        if (!(error instanceof ClusterApiError && error.status === 404)) throw error;
      });
    },
    watch: async function* <T extends ClusterObject>(kind: KindName, place: Place, signal: AbortSignal) {
      // The API server ends a watch after a while; without a version it then tells again what there is.
      while (!signal.aborted) {
        const response = await respond(`${pathOf(kind, place)}?watch=true`, { signal }).catch(notYet);
        if (!response) {
          await sleep(REINITIALIZING);
          continue;
        }
        const body = Readable.fromWeb(response.body as ReadableStream);
        for await (const line of createInterface({ input: body })) yield JSON.parse(line) as WatchEvent<T>;
      }
    },
  };
}

/** Milliseconds. After a change of its definition the API server serves a kind again within some of these. */
const REINITIALIZING = 100;

function notYet(error: unknown): undefined {
  if (!(error instanceof ClusterApiError && error.status === 429)) throw error;
}

function pathOf(kind: KindName, { namespace, name, suffix = '' }: Place): string {
  const { group, plural, isNamespaced } = kindOf(kind);
  const where = isNamespaced && namespace !== undefined ? `/namespaces/${namespace}` : '';
  return `${group}${where}/${plural}${name === undefined ? '' : `/${name}`}${suffix}`;
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message: string }).message;
  } catch {
    return text.slice(0, 1000);
  }
}
