import { errorOfStatus } from './api-error.ts';
import type { KubernetesObject } from './kubernetes-object.ts';

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: KubernetesObject;
}

const TYPES: ReadonlySet<unknown> = new Set([
  'ADDED',
  'MODIFIED',
  'DELETED',
  'BOOKMARK',
] satisfies WatchEvent['type'][]);

/** What a line of a watch says. Throws an ApiError for an ERROR event, and a SyntaxError where it is no event; `what` is for its message. */
export function toWatchEvent(value: unknown, what: string): WatchEvent {
  const { type, object } = (value ?? {}) as { type?: unknown; object?: Partial<KubernetesObject> };
  if (type === 'ERROR') throw errorOfStatus(object, what, { status: 500 });
  if (!TYPES.has(type) || typeof object?.metadata !== 'object') throw new SyntaxError('a line is no event');
  return value as WatchEvent;
}
