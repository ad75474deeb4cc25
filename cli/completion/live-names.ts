import { conditionOf } from '../../crds/condition-of.ts';
import { findServer } from '../places/find-server.ts';
import { inPlace } from '../places/open-place.ts';
import type { ServerView } from '../places/place.ts';
import { foreignCandidate } from './candidate.ts';
import type { LiveNames } from './complete.ts';

/** Without IPv6 addresses, whose brackets shells expand. */
const SAFE_ORIGIN = /^https?:\/\/[a-z0-9.-]+(:\d+)?$/;

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
  async clients() {
    const { CLIENTS } = await import('../connect/clients.ts');
    return CLIENTS.map(({ name }) => ({ value: name, description: '' }));
  },
  async gateways() {
    const { readCredentials } = await import('../credentials/credentials-file.ts');
    const origins = Object.keys((await readCredentials()).gateways).filter((one) => SAFE_ORIGIN.test(one));
    return origins.map((value) => ({ value, description: '' }));
  },
};

/** With its namespace where the name alone means several. */
function nameIn(servers: readonly ServerView[], { metadata }: ServerView): string {
  const isOne = servers.filter((other) => other.metadata.name === metadata.name).length === 1;
  return isOne ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

const aboutServer = ({ spec, status }: ServerView): string =>
  [conditionOf(status, 'Ready')?.reason, spec.title].filter(Boolean).join(', ');
