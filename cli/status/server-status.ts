import { conditionOf } from '../../crds/condition-of.ts';
import { sourceOf } from '../output/server-table.ts';
import type { ServerView } from '../places/place.ts';
import type { ServerRun, ServerRuns } from '../places/server-runs.ts';

/** What `mooring status -o json` tells of a server. Stable: fields are added, never renamed. */
export interface ServerStatus {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly ready: boolean;
  /** Why, in one word; `Pending` before anybody has looked at it. */
  readonly reason: string;
  /** When it became or ceased to be ready; RFC 3339. */
  readonly since?: string | undefined;
  /** Why, and what to do next. */
  readonly message?: string | undefined;
  /** The binary with its arguments, the image, the package or the URL. */
  readonly source: string;
  /** Where what serves listens, else where it is to listen. */
  readonly port?: number | undefined;
  /** Absent where they must not be seen. */
  readonly runs?: readonly ServerRun[] | undefined;
}

export function statusOf(server: ServerView, seen: readonly ServerRuns[]): ServerStatus {
  const { metadata, spec, status } = server;
  const { namespace, name } = metadata;
  const ready = conditionOf(status, 'Ready');
  const runs = seen.find((entry) => entry.name === name && entry.namespace === namespace)?.runs;
  const serving = runs?.find((run) => run.serving);
  return {
    name,
    namespace,
    ready: ready?.status === 'True',
    reason: ready?.reason ?? 'Pending',
    since: ready?.lastTransitionTime,
    message: ready?.message,
    source: sourceOf(server),
    port: serving?.port ?? runs?.find(({ port }) => port !== undefined)?.port ?? spec.port,
    runs,
  };
}
