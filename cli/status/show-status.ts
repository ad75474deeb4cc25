import { print, type Format } from '../output/format.ts';
import { harmless } from '../output/harmless.ts';
import { haveNamesakes, serverNames } from '../output/server-names.ts';
import { capability } from '../places/capability.ts';
import { findServer } from '../places/find-server.ts';
import type { Place, ServerViews } from '../places/place.ts';
import { runsTable } from './runs-table.ts';
import { statusOf } from './server-status.ts';
import { statusTable } from './status-table.ts';

interface StatusRequest {
  readonly format: Format;
  /** With the namespace of each server in front; where a name is there twice it is there anyway. */
  readonly namespaces: boolean;
}

/** Writes what runs behind these servers, or behind all, to stdout; what could not be seen to stderr. */
export async function showStatus(place: Place, names: readonly string[], request: StatusRequest): Promise<void> {
  const { format } = request;
  const seeRuns = capability(place, 'runs');
  const { servers: views, problems } = await wanted(place, names);
  const { servers: seen, notes } = await seeRuns(views);
  const servers = views.map((view) => statusOf(view, seen)).sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const namespaces = request.namespaces || haveNamesakes(servers);
  const table = { problems, namespaces, pods: place.kind === 'cluster', now: Date.now() };
  await print(format, {
    value: { servers, problems },
    names: serverNames(servers),
    people: (wide) => (wide ? runsTable(servers, table) : statusTable(servers, table)),
  });
  for (const { code, message } of notes) {
    if (code === 'forbidden' || format === 'wide') process.stderr.write(`mooring: ${harmless(message)}\n`);
  }
}

const key = ({ namespace, name }: { namespace?: string | undefined; name: string }): string => `${namespace}/${name}`;

async function wanted(place: Place, names: readonly string[]): Promise<ServerViews> {
  if (names.length === 0) return place.list();
  return { servers: await Promise.all(names.map(async (name) => findServer(place, name))), problems: [] };
}
