import { Failure } from '../../core/failure.ts';
import { COMMAND_LINE_CLIENT_ID } from '../../gateway/authorization-server/command-line-client.ts';
import type { Gateway } from '../../gateway/gateway.ts';
import type { IssuedToken, TokenRequest } from '../control/protocol.ts';

/** Seconds: enough for a script, too short to be worth keeping. */
const LIFETIME = 600;

/** A token for the owner of the state folder, who acts as `admin` and may have every scope that the server names. */
export async function issueLocalToken(gateway: Gateway, { server, scope }: TokenRequest): Promise<IssuedToken> {
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
  const scopes = scope?.split(' ').filter(Boolean) ?? resource.scopes;
  const unknown = scopes.filter((name) => !gateway.resources.allScopes().includes(name));
  if (unknown.length > 0) {
    throw new Failure(
      'unknown_scope',
      `No server names the scope ${unknown.join(', ')}; "${server}" names ${resource.scopes.join(', ') || 'none'}.`,
      { status: 400 },
    );
  }
  const request = { resource, scopes, subject: 'admin', clientId: COMMAND_LINE_CLIENT_ID, lifetime: LIFETIME };
  return { access_token: await gateway.issueToken(request), expires_in: LIFETIME, scope: scopes.join(' ') };
}
