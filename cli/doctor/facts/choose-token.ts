import { Failure } from '../../../core/failure.ts';
import { handedOver } from '../../caller/handed-over.ts';
import { shellWord } from '../../output/shell-word.ts';
import { isPrivateWay } from '../../http/gateway-origin.ts';
import type { Place, ServerView } from '../../places/place.ts';
import { broken, type Break } from '../link.ts';
import type { Wanted } from '../wanted.ts';
import { endpointOf } from './public-urls.ts';

/** The token to call a server with. */
export type ChosenToken =
  | { readonly kind: 'token'; readonly token: string; readonly isGiven: boolean }
  | { readonly kind: 'not needed' }
  | { readonly kind: 'missing'; readonly why: Break };

interface Asking {
  readonly place: Place;
  readonly server: ServerView;
  readonly wanted: Wanted;
}

/** The token that was given to look at, else that of the person who asks; none where the server wants none. */
export async function chooseToken({ place, server, wanted }: Asking): Promise<ChosenToken> {
  if (wanted.token !== undefined) {
    // RFC 6750 section 5.3. `mooring login` refuses such gateways, so that tokens of its own are none of theirs.
    const url = URL.parse(endpointOf(server));
    const isSafe = url === null || isPrivateWay(url);
    return isSafe ? { kind: 'token', token: wanted.token, isGiven: true } : { kind: 'missing', why: unsafe(server) };
  }
  if (isOpen(server, wanted.tool)) return { kind: 'not needed' };
  try {
    const { token } = await place.access(server);
    if (token !== undefined) return { kind: 'token', token, isGiven: false };
    return { kind: 'missing', why: notSignedIn(server, 'Nobody is signed in.') };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { kind: 'missing', why: notSignedIn(server, error.message) };
  }
}

/** `oauth.required: false` opens everything but the tools that have rules (gateway/auth/operation-scopes.ts). */
function isOpen({ spec: { oauth } }: ServerView, tool: string | undefined): boolean {
  return oauth?.required === false && !oauth.tools?.some(({ match }) => match === tool);
}

const unsafe = (server: ServerView): Break =>
  broken(
    'UnsafeUrl',
    `The token was not sent: over ${new URL(endpointOf(server)).origin} anybody on the way could read it.`,
    'Give the gateway a publicUrl with https.',
  );

const notSignedIn = (server: ServerView, message: string): Break =>
  broken(
    'NotSignedIn',
    `There is no token to call it with. ${message}`,
    handedOver()
      ? 'Call again; if that does not help, sign in again in the app that calls systemprompt.'
      : `Sign in by \`mooring login ${shellWord(new URL(endpointOf(server)).origin)}\`; or let doctor look at a token that you have: --token-file.`,
  );
