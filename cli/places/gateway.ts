import { Failure } from '../../core/failure.ts';
import { METADATA_PREFIX, REGISTRY_PATH } from '../../gateway/public-paths.ts';
import { accessToken, isSignedIn } from '../credentials/access-token.ts';
import { ask } from '../http/ask.ts';
import { gatewayOrigin } from '../http/gateway-origin.ts';
import { otherName } from '../http/other-name.ts';
import { readJson, refusalOf } from '../http/read-json.ts';
import { ResourceMetadata } from '../login/discover.ts';
import { Catalogue, catalogueViews } from './catalogue-views.ts';
import type { Place, ServerAccess, ServerView, ServerViews } from './place.ts';
import { serverAccess } from './server-access.ts';

/** A gateway elsewhere, seen through its registry and MCP by who has signed in. Throws `usage` for a URL of none. */
export function gatewayPlace(url: string): Place {
  const origin = gatewayOrigin(url);
  return {
    kind: 'gateway',
    label: origin,
    namespace: undefined,
    list: async () => listServers(origin),
    access: async (server, scope) => accessHere(origin, server, scope),
    close: async () => {},
  };
}

async function listServers(origin: string): Promise<ServerViews> {
  const registry = origin + REGISTRY_PATH;
  const signedIn = await isSignedIn(origin);
  const token = signedIn ? await accessToken(origin, { resource: registry }) : undefined;
  const answer = await ask(registry, token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } });
  if (answer.status === 401) {
    const { description } = refusalOf(answer);
    throw new Failure(
      'not_signed_in',
      `${origin} does not take your sign-in any more: ${description} Sign in again: mooring login ${origin}`,
    );
  }
  const catalogue = readJson(answer, Catalogue);
  if (!signedIn) process.stderr.write(`You see what visitors see. ${await signInAdvice(origin)}\n`);
  return catalogueViews(catalogue);
}

/** A gateway is signed in to under the name that it calls itself by (RFC 9728 section 3.3). */
async function signInAdvice(origin: string): Promise<string> {
  const claimed = await resourceOf(origin).catch(() => origin);
  if (new URL(claimed).origin === origin) return `To see every server: mooring login ${origin}`;
  const advice = 'To see every server, sign in and ask under that name: mooring login';
  return otherName({ origin, claimed, advice }).message;
}

async function resourceOf(origin: string): Promise<string> {
  const answer = await ask(origin + METADATA_PREFIX + REGISTRY_PATH);
  return readJson(answer, ResourceMetadata).resource;
}

/** A gateway speaks for itself only: who asks for a server of this one must not call another one in its place. */
async function accessHere(origin: string, server: ServerView, scope: string | undefined): Promise<ServerAccess> {
  const claimed = server.status?.url ?? origin;
  if (URL.parse(claimed)?.origin !== origin) {
    throw otherName({ origin, claimed, advice: 'Ask it under that name: --gateway' });
  }
  return serverAccess({ kind: 'gateway' }, server, scope);
}
