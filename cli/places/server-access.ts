import { accessToken, isSignedIn } from '../credentials/access-token.ts';
import { noEndpoint } from './no-endpoint.ts';
import type { Place, ServerAccess, ServerView } from './place.ts';

/**
 * How a server is called by who has signed in to its gateway, which is the origin of its URL. Who has not needs no token where
 * the server asks for none. Throws `no_endpoint`, `disabled`, `not_signed_in`.
 */
export async function serverAccess(
  place: Pick<Place, 'kind'>,
  server: ServerView,
  scope?: string,
): Promise<ServerAccess> {
  const url = endpointOf(place, server);
  const { origin } = new URL(url);
  if (server.spec.oauth?.required === false && !(await isSignedIn(origin))) return { url };
  return { url, token: await accessToken(origin, { resource: url, scope }) };
}

/** URL of a server that takes calls. Throws `no_endpoint`, `disabled`. */
export function endpointOf(place: Pick<Place, 'kind'>, server: ServerView): string {
  const url = server.status?.url;
  if (url === undefined || !URL.canParse(url) || server.spec.enabled === false) throw noEndpoint(place, server);
  return url;
}
