import { supportedFields } from '../../crds/supported-fields.ts';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { RemoteAccess } from '../../core/remote/remote-access.ts';
import type { Instance, Observation, Platform, Review } from '../platform.ts';
import type { Reach } from './reach.ts';

/** What is wanted of a server that runs elsewhere: nothing but that it is asked. */
export interface RemoteServer {
  readonly remote: Instance;
}

/** What is known of one server that runs elsewhere. */
interface Route {
  wanted: Instance;
  /** Has answered; goes on until another one has. */
  admitted?: Instance;
}

/** A platform that also has the servers of `spec.remote`: they need nothing there, and are the same on each. */
export function withRemoteServers<Wanted extends object>(
  platform: Platform<Wanted>,
  access: RemoteAccess,
): Platform<Wanted | RemoteServer> {
  const routes = new Map<string, Route>();
  return {
    exposure: platform.exposure,
    review: (server) => (server.spec.remote ? reviewRemote(server) : platform.review(server)),
    build(server) {
      if (!server.spec.remote) return platform.build(server);
      return server.spec.enabled ? { remote: instanceOf(server, access) } : undefined;
    },
    async apply(server, wanted) {
      const { uid } = server.metadata;
      if (!isRemote(wanted)) {
        routes.delete(uid);
        return platform.apply(server, wanted);
      }
      const route = routes.get(uid) ?? { wanted: wanted.remote };
      // The same one for a newer manifest that asks for the same.
      if (route.admitted?.id === wanted.remote.id) route.admitted = wanted.remote;
      route.wanted = wanted.remote;
      routes.set(uid, route);
      return undefined;
    },
    keep: (server) => routes.has(server.metadata.uid) || platform.keep(server),
    async prune(uid, wanted) {
      if (wanted && !isRemote(wanted)) return platform.prune(uid, wanted);
      if (!wanted) routes.delete(uid);
      return platform.prune(uid, undefined);
    },
    forget(uid) {
      routes.delete(uid);
      platform.forget(uid);
    },
    observe(uid) {
      const route = routes.get(uid);
      return route ? observationOf(route) : platform.observe(uid);
    },
    async admit(uid, instances) {
      const route = routes.get(uid);
      if (!route) return platform.admit(uid, instances);
      if (instances.includes(route.wanted.id)) route.admitted = route.wanted;
    },
    onChange: (listener) => platform.onChange(listener),
  };
}

const isRemote = (wanted: object): wanted is RemoteServer => 'remote' in wanted;

function observationOf({ wanted, admitted }: Route): Observation {
  return {
    instances: admitted && admitted.id !== wanted.id ? [admitted, wanted] : [wanted],
    wanted,
    ...(admitted && { serving: admitted }),
    // It has no pods.
    replicas: 0,
  };
}

function instanceOf(server: McpServer, { credentials, targets }: RemoteAccess): Instance {
  const { remote } = server.spec;
  const url = remote?.url ?? '';
  const reach: Reach = {
    headers: async () => credentials.headers(server),
    async connection() {
      await targets.check(new URL(url));
      const ca = await credentials.ca(server);
      return { lookup: targets.lookup, ...(ca !== undefined && { ca }) };
    },
    caName: remote?.caBundleFrom?.configMapRef.name,
  };
  return {
    id: `remote ${JSON.stringify([url, remote?.headersFrom, remote?.caBundleFrom])}`,
    url,
    output: '',
    generation: server.metadata.generation,
    reach,
  };
}

function reviewRemote({ spec }: McpServer): Review {
  const { notSupportedYet, withoutEffect } = supportedFields(spec, 'remote');
  const url = spec.remote?.url ?? '';
  if (!URL.canParse(url)) {
    // The pattern of the definition cannot say all that the URL standard does: ports above 65535, brackets, percent signs in hosts.
    const message = `spec.remote.url is no URL: ${JSON.stringify(url)}. Check its host and port.`;
    return { refusal: { reason: 'InvalidUrl', message }, withoutEffect };
  }
  if (notSupportedYet.length === 0) return { withoutEffect };
  const list = notSupportedYet.join(', ');
  const message = `Not supported yet: ${list}. Leave out ${list} to use this server.`;
  return { refusal: { reason: 'NotSupported', message }, withoutEffect };
}
