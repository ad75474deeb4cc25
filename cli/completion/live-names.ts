import { conditionOf } from '../../crds/condition-of.ts';
import { findServer } from '../places/find-server.ts';
import { inPlace } from '../places/open-place.ts';
import type { ServerView } from '../places/place.ts';
import { foreignCandidate } from './candidate.ts';
import type { LiveNames } from './complete.ts';

/** Names as the place knows them that the flags which were typed so far mean. */
export const LIVE_NAMES: LiveNames = {
  async servers(options) {
    const { servers } = await inPlace(options, async (place) => place.list());
    return servers.flatMap((server) => foreignCandidate(nameIn(servers, server), aboutServer(server)));
  },
  async tools(name, options) {
    const { status } = await inPlace(options, async (place) => findServer(place, name));
    return (status?.tools ?? []).flatMap((tool) => foreignCandidate(tool.name ?? '', tool.title));
  },
};

/** With its namespace where the name alone means several. */
function nameIn(servers: readonly ServerView[], { metadata }: ServerView): string {
  const isOne = servers.filter((other) => other.metadata.name === metadata.name).length === 1;
  return isOne ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

const aboutServer = ({ spec, status }: ServerView): string =>
  [conditionOf(status, 'Ready')?.reason, spec.title].filter(Boolean).join(', ');
