import { conditionOf } from '../../crds/condition-of.ts';
import { printable } from '../../crds/problem.ts';
import { SERVICE_NAME } from '../../crds/text.ts';
import { Failure } from '../../core/failure.ts';
import { oneLine } from '../output/harmless.ts';
import { commandFor } from '../places/command-for.ts';
import { findServer } from '../places/find-server.ts';
import type { Place, ServerView } from '../places/place.ts';
import type { Endpoint } from './client.ts';

/** The servers of a place that clients shall be told of: those named, or all that are ready. Throws where there is none. */
export async function findEndpoints(place: Place, names: readonly string[]): Promise<Endpoint[]> {
  if (names.length > 0) return Promise.all(names.map(async (name) => endpointOf(place, await findServer(place, name))));
  const { servers } = await place.list();
  const ready = servers.filter(({ status }) => conditionOf(status, 'Ready')?.status === 'True');
  if (ready.length === 0) {
    throw new Failure(
      'no_servers',
      `No server of ${place.label} is ready. \`mooring list\` says why; name one to connect it all the same.`,
    );
  }
  return ready.map((server) => endpointOf(place, server));
}

/** Names and URLs go into commands that people paste and files that programs obey, so they are what they seem. */
function endpointOf(place: Place, server: ServerView): Endpoint {
  const { name } = server.metadata;
  const { url } = server.status ?? {};
  if (url === undefined) {
    const show = oneLine(commandFor({ place, server }, 'show'));
    throw new Failure('not_ready', `${printable(name)} has no URL yet. \`${show}\` says why.`);
  }
  if (!SERVICE_NAME.test(name) || !/^https?:\/\/[\x21-\x7e]+$/.test(url) || !URL.canParse(url)) {
    throw new Failure(
      'unexpected_answer',
      `"${printable(name)}" is told with a name or URL that no server of Mooring has. Ask who runs the gateway.`,
    );
  }
  return { name, url };
}
