import type { ProtectedResource } from '../protected-resources.ts';

/** The OAuth client that the command line is, at every gateway. Ids of clients that register are random, so none gets this one. */
export const COMMAND_LINE_CLIENT_ID = 'mooring-cli';

/** A native app (RFC 8252): without a secret, and answered on any port of this computer (section 7.3). */
export const commandLineClient = (moreGrants: readonly string[]) => ({
  client_id: COMMAND_LINE_CLIENT_ID,
  client_name: 'Mooring command line',
  redirect_uris: ['http://127.0.0.1/callback', 'http://localhost/callback'],
  grant_types: ['authorization_code', 'refresh_token', ...moreGrants],
  response_types: ['code' as const],
  token_endpoint_auth_method: 'none' as const,
});

/**
 * Whether a request is for every server that there is when the person consents. RFC 8707 section 2 would have each of them
 * named, which a URL has no room for; so the registry stands for what it lists, for this client only.
 */
export const isForEveryServer = (clientId: string | undefined, resource: ProtectedResource): boolean =>
  clientId === COMMAND_LINE_CLIENT_ID && !resource.server;

/** Servers of one consent: twice what a gateway is measured with. A grant of so many is a row of half a megabyte. */
export const MAX_SERVERS = 2000;
