import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';

/** What a valid access token (RFC 9068) says. Frozen data: one object for each token, however often it is sent. */
export interface AccessToken {
  readonly audiences: readonly string[];
  readonly subject: string;
  readonly clientId: string;
  /** As granted; what they imply is scope-hierarchy.ts' affair. */
  readonly scopes: readonly string[];
  /** `<namespace>/<name>` of the server that had the name in `aud` when the token was issued; absent for the registry. */
  readonly owner: string | undefined;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/** Why a token is not good, in words that may be shown: ASCII, without quotes. */
export interface TokenProblem {
  readonly problem: string;
}

/** Seconds by which clocks may differ. */
export const CLOCK_TOLERANCE = 5;

/** Asymmetric, and only what our keys are for: a token cannot choose (RFC 8725 section 3.1). */
const ALGORITHMS = ['ES256'];

/** RFC 9068 section 2.2. */
const REQUIRED_CLAIMS = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'];

/** Reads and verifies one token: type, algorithm, signature, issuer, times. For whom it is, other rules ask. */
export type ReadAccessToken = (token: string) => Promise<AccessToken | TokenProblem>;

/** A reader of the tokens of one issuer, with its public keys and no network. */
export function accessTokenReader(issuer: string, keys: JSONWebKeySet): ReadAccessToken {
  const keySet = createLocalJWKSet(keys);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        typ: 'at+jwt',
        algorithms: ALGORITHMS,
        requiredClaims: REQUIRED_CLAIMS,
        clockTolerance: CLOCK_TOLERANCE,
      });
      return accessTokenOf(payload);
    } catch (error) {
      return { problem: problemOf(error) };
    }
  };
}

function accessTokenOf(payload: JWTPayload): AccessToken | TokenProblem {
  const { aud, sub, exp, client_id: clientId, scope = '', mooring_server: owner } = payload;
  const isWellFormed =
    typeof sub === 'string' && typeof clientId === 'string' && typeof exp === 'number' && typeof scope === 'string';
  if (!isWellFormed || (owner !== undefined && typeof owner !== 'string')) return { problem: UNREADABLE };
  return {
    audiences: typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud : [],
    subject: sub,
    clientId,
    scopes: scope.split(' ').filter(Boolean),
    owner,
    expiresAt: exp,
  };
}

const UNREADABLE = 'The access token cannot be read.';

export const EXPIRED = 'The access token has expired.';

function problemOf(error: unknown): string {
  if (!(error instanceof errors.JOSEError)) throw error;
  if (error instanceof errors.JWTExpired) return EXPIRED;
  if (error instanceof errors.JOSEAlgNotAllowed)
    return 'The access token is signed with an algorithm that is not allowed.';
  if (error instanceof errors.JWKSNoMatchingKey) return 'The access token is signed with a key that is not known here.';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'The signature of the access token is wrong.';
  if (!(error instanceof errors.JWTClaimValidationFailed)) return UNREADABLE;
  switch (error.claim) {
    case 'iss':
      return 'The access token is of another issuer.';
    case 'typ':
      return 'The token is not an access token.';
    case 'nbf':
      return 'The access token is not valid yet.';
    default:
      return 'The access token lacks a claim, or has one that is wrong.';
  }
}
