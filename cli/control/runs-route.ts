import type { Hono } from 'hono';
import type { ServerSource } from '../../crds/sources/source.ts';
import type { ServerRun } from '../places/server-runs.ts';
import type { RunList } from './protocol.ts';

export interface RunsDeps {
  readonly source: Pick<ServerSource, 'list'>;
  /** What of each server runs, by uid. */
  readonly runs: () => Promise<ReadonlyMap<string, readonly ServerRun[]>>;
}

/** GET /v1/runs: what of each server runs, measured now. */
export function addRunsRoute(app: Hono, { source, runs }: RunsDeps): void {
  app.get('/v1/runs', async (context) => {
    const seen = await runs();
    const servers = source.list().map(({ metadata: { namespace, name, uid } }) => ({
      namespace,
      name,
      runs: seen.get(uid) ?? [],
    }));
    return context.json<RunList>({ servers });
  });
}
