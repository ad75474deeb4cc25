import { Failure } from '../../core/failure.ts';
import { maskValues } from '../control/mask-values.ts';
import { tokenClaims } from '../doctor/facts/token-claims.ts';
import { hasLostName } from '../places/command-for.ts';
import { noEndpoint } from '../places/no-endpoint.ts';
import type { Place } from '../places/place.ts';
import { endpointOf } from '../places/server-access.ts';
import type { PlaceSide } from '../sync/side.ts';
import { exchangeIdentity } from './exchange-identity.ts';

/**
 * A cluster for who acts for a caller of systemprompt: what its ServiceAccount may do, within what the caller may, as the control socket has it on a
 * laptop (cli/control/rights.ts). Who is no `admin` sees no values that look like secrets, and changes nothing. The identity was verified before it was
 * handed over; what it is exchanged for, the gateway decides.
 */
export function callerPlace(place: Place, identity: string, publicUrl = process.env['MOORING_PUBLIC_URL']): Place {
  const isAdmin = tokenClaims(identity)?.scopes.includes('admin') === true;
  const { kind, label, namespace, manifests } = place;
  return {
    kind,
    label,
    namespace,
    async list() {
      const { servers, problems } = await place.list();
      return { servers: isAdmin ? servers : servers.map(maskValues), problems };
    },
    async access(server, scope) {
      // Tokens are for names: one for that of another server would be the other's.
      if (hasLostName(server)) throw noEndpoint({ kind }, server);
      const url = endpointOf({ kind }, server);
      // Who may write a status could name a host of theirs, which would then have the identity.
      if (new URL(url).origin !== publicUrl)
        throw new Failure(
          'wrong_host',
          `${server.metadata.name} is not at the gateway of this systemprompt (${publicUrl}).`,
        );
      return { url, token: await exchangeIdentity(identity, { resource: url, scope }) };
    },
    runs: async () => ({ servers: [], notes: [{ code: 'forbidden', message: PODS_UNSEEN }] }),
    ...(manifests && { manifests: isAdmin ? manifests : closed(manifests) }),
    close: async () => place.close(),
  };
}

/** Manifests have values, and are what changes are made of. */
const closed = (side: PlaceSide): PlaceSide => ({
  ...side,
  identity: refuse,
  list: refuse,
  apply: refuse,
  mark: refuse,
});

const refuse = async (): Promise<never> => {
  throw new Failure('insufficient_scope', 'That needs the scope admin.', { status: 403 });
};

const PODS_UNSEEN =
  'Pods are not shown, because systemprompt sees McpServers only: `kubectl mooring status` shows them.';
