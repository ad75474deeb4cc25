import { Failure } from '../../core/failure.ts';
import { shellWord } from '../output/shell-word.ts';
import { readCredentials, updateCredentials, type Credential, type Credentials } from './credentials-file.ts';
import { requestTokens, TokenRefusal } from './token-endpoint.ts';

/** Milliseconds that a token is still good for when it is handed out, so that a slow call does not outlive it. */
const MARGIN_MS = 60_000;

interface Wanted {
  /** URL of the server (RFC 8707). */
  readonly resource: string;
  /** Space-separated; else all that the sign-in has there. */
  readonly scope?: string | undefined;
}

/** Whether this person has signed in there; not whether the gateway still takes it. */
export const isSignedIn = async (origin: string): Promise<boolean> =>
  (await readCredentials()).gateways[origin] !== undefined;

/**
 * A token of the person who signed in at this gateway: a kept one, else a new one. A refresh token is good for one use, and a
 * second use ends the sign-in (RFC 9700 section 4.14.2), so one process at a time does it. Throws `not_signed_in`.
 */
export async function accessToken(origin: string, wanted: Wanted): Promise<string> {
  const kept = keptToken(credentialOf(await readCredentials(), origin), wanted);
  if (kept !== undefined) return kept;
  return updateCredentials(async (current, write) => {
    const credential = credentialOf(current, origin);
    // Another process may have asked while this one waited.
    const theirs = keptToken(credential, wanted);
    if (theirs !== undefined) return theirs;
    const { accessToken: token, expiresAt, refreshToken } = await refresh(origin, credential, wanted);
    const next: Credential = {
      ...credential,
      refreshToken: refreshToken ?? credential.refreshToken,
      accessTokens: { ...stillGood(credential.accessTokens), [keyOf(wanted)]: { token, expiresAt } },
    };
    await write({ gateways: { ...current.gateways, [origin]: next } });
    return token;
  });
}

const keyOf = ({ resource, scope }: Wanted): string => (scope === undefined ? resource : `${resource} ${scope}`);

/** To be copied. A URL that a cluster made up may have in its host what a shell would run. */
const signInAt = (origin: string): string => `mooring login ${shellWord(origin)}`;

function credentialOf({ gateways }: Credentials, origin: string): Credential {
  const credential = gateways[origin];
  if (credential) return credential;
  throw new Failure('not_signed_in', `Sign in first: ${signInAt(origin)}`);
}

const isGood = ({ expiresAt }: { readonly expiresAt: number }): boolean => expiresAt - MARGIN_MS > Date.now();

function keptToken({ accessTokens }: Credential, wanted: Wanted): string | undefined {
  const kept = accessTokens[keyOf(wanted)];
  return kept && isGood(kept) ? kept.token : undefined;
}

const stillGood = (tokens: Credential['accessTokens']): Credential['accessTokens'] =>
  Object.fromEntries(Object.entries(tokens).filter(([, token]) => isGood(token)));

async function refresh(origin: string, { tokenEndpoint, refreshToken }: Credential, { resource, scope }: Wanted) {
  const grant = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    resource,
    ...(scope !== undefined && { scope }),
  };
  try {
    return await requestTokens(tokenEndpoint, grant);
  } catch (error) {
    throw error instanceof TokenRefusal ? inWords(error, origin, resource) : error;
  }
}

/** What the person does is the same each time; why is not. */
function inWords({ error, message }: TokenRefusal, origin: string, resource: string): Failure {
  const again = signInAt(origin);
  switch (error) {
    case 'invalid_target':
      return new Failure('not_signed_in', `There is no token for ${resource}: ${message}. Sign in again: ${again}`);
    case 'invalid_scope':
      return new Failure(
        'missing_scope',
        `Your sign-in does not have that scope: ${message}. Ask for less, or sign in again: ${again}`,
      );
    default:
      return new Failure(
        'not_signed_in',
        `${origin} does not take your sign-in any more: ${message}. Sign in again: ${again}`,
      );
  }
}
