import { Failure } from '../../core/failure.ts';
import { COMMAND_LINE_CLIENT_ID } from '../../gateway/authorization-server/command-line-client.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { IssuedToken, TokenRequest } from '../control/protocol.ts';
import { refuseRecursion, type Actor } from '../control/rights.ts';

/** Seconds: enough for a script, too short to be worth keeping. */
const LIFETIME = 600;

/** Seconds: for who acts for a caller, a command has 60 s, and may ask at its end. */
const LIFETIME_FOR_CALLER = 120;

/**
 * A token for one server. The owner of the state folder acts as `admin` and may have every scope that the server names; a caller is who they are to the
 * gateway, by the same client, and has no scope that they did not come with.
 */
export async function issueLocalToken(
  gateway: Pick<Gateway, 'resources' | 'issueToken'>,
  { server, scope }: TokenRequest,
  actor: Actor,
): Promise<IssuedToken> {
  const resource = gateway.resources.list().find((one) => one.server?.metadata.name === server);
  if (!resource) {
    throw new Failure(
      'unknown_server',
      `No server "${server}" is enabled and accepted. \`mooring list\` shows what is there.`,
      {
        status: 404,
      },
    );
  }
  refuseRecursion(actor, resource.server);
  const asked = scope?.split(' ').filter(Boolean);
  const unknown = (asked ?? []).filter((name) => !gateway.resources.allScopes().includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      'unknown_scope',
      `No server names the scope ${unknown.join(', ')}; "${server}" names ${resource.scopes.join(', ') || 'none'}.`,
      { status: 400 },
    );
  }
  const { subject, clientId, lifetime, mayHave } = holderOf(actor);
  const excess = (asked ?? []).filter((name) => !mayHave(name));
  if (excess.length > 0) {
    throw new Failure('insufficient_scope', `You do not have the scope ${excess.join(', ')}.`, { status: 403 });
  }
  const scopes = asked ?? resource.scopes.filter(mayHave);
  const token = await gateway.issueToken({ resource, scopes, subject, clientId, lifetime });
  return { access_token: token, expires_in: lifetime, scope: scopes.join(' ') };
}

interface Holder {
  readonly subject: string;
  readonly clientId: string;
  /** Seconds. */
  readonly lifetime: number;
  readonly mayHave: (scope: string) => boolean;
}

function holderOf(actor: Actor): Holder {
  if (actor.kind === 'owner')
    return { subject: 'admin', clientId: COMMAND_LINE_CLIENT_ID, lifetime: LIFETIME, mayHave: () => true };
  const { subject, clientId, scopes } = actor.identity;
  if (subject === undefined || clientId === undefined)
    throw new Failure('sign_in_required', 'Nobody is signed in: sign in to call this.', { status: 403 });
  return { subject, clientId, lifetime: LIFETIME_FOR_CALLER, mayHave: (scope) => scopes.includes(scope) };
}
