import { askControl } from '../control/client.ts';
import type { About, IssuedToken, RunList, ServerList, TokenRequest } from '../control/protocol.ts';
import { localSide } from '../sync/local-side.ts';
import { hasLostName } from './command-for.ts';
import { noEndpoint } from './no-endpoint.ts';
import type { Place } from './place.ts';

/** The `mooring up` of this state folder, asked over its control socket. */
export function laptopPlace(home: string): Place {
  const about = async (): Promise<About> => askControl<About>(home, 'GET', '/v1/about');
  const label = `this machine (${home})`;
  return {
    kind: 'laptop',
    label,
    namespace: undefined,
    list: async () => askControl<ServerList>(home, 'GET', '/v1/servers'),
    async access(server, scope) {
      const { metadata, spec, status } = server;
      // Tokens are for names: one for that of another server would be the other's.
      if (hasLostName(server) || spec.enabled === false) throw noEndpoint({ kind: 'laptop' }, server);
      const request: TokenRequest = { server: metadata.name, ...(scope !== undefined && { scope }) };
      const { access_token } = await askControl<IssuedToken>(home, 'POST', '/v1/tokens', request);
      return { url: status?.url ?? '', token: access_token };
    },
    async runs(servers) {
      const { servers: all } = await askControl<RunList>(home, 'GET', '/v1/runs');
      const wanted = new Set(servers.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`));
      return { servers: all.filter(({ namespace, name }) => wanted.has(`${namespace}/${name}`)), notes: [] };
    },
    async *logs(server, request) {
      yield* (await import('./laptop-logs.ts')).laptopLogs(home, server, request);
    },
    manifests: localSide(home, label),
    about,
    async versions() {
      const { version } = await about();
      return [{ part: 'mooring', version }];
    },
    close: async () => {},
  };
}
