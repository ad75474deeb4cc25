import { hash } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { Failure } from '../../core/failure.ts';
import {
  accessTokenReader,
  CLOCK_TOLERANCE,
  EXPIRED,
  type AccessToken,
  type ReadAccessToken,
  type TokenProblem,
} from './access-token.ts';
import { BoundedMap } from './bounded-map.ts';
import { budgetPerSecond } from './budget.ts';

export type Verification = AccessToken | TokenProblem;

export interface VerifiedTokensOptions {
  readonly issuer: () => string;
  /** Public keys of the issuer: the same object until they change. */
  readonly keys: () => JSONWebKeySet;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Verifications in a second; above it 503. */
  readonly verificationsPerSecond?: number;
}

/**
 * Verifies a token once and remembers it until it expires: at once where it is known, so that most requests do not wait.
 * Throws (or rejects with) 503 where too many unknown tokens arrive.
 */
export type VerifyToken = (token: string) => Verification | Promise<Verification>;

/** Tokens in use at a time. One takes about 1 KB, so at most 10 MB; one that is forgotten is only verified again. */
const REMEMBERED = 10_000;

/** Refused tokens. A client that repeats itself sends one or two. */
const REFUSED = 1000;
/** Milliseconds. A token that is not valid yet may become so, but not at once. */
const REFUSED_FOR = 10_000;

/**
 * Each verification takes about 150 µs of a core, so this bounds what forged tokens can take at 15 % of it. New tokens come
 * much more slowly: with a life of 15 minutes, 1000 in a second are those of 900,000 clients.
 */
const VERIFICATIONS_PER_SECOND = 1000;

export function verifiedTokens(options: VerifiedTokensOptions): VerifyToken {
  const { issuer, keys, now = Date.now, verificationsPerSecond = VERIFICATIONS_PER_SECOND } = options;
  const mayVerify = budgetPerSecond(verificationsPerSecond);
  let memory = newMemory(issuer(), keys());

  return (token) => {
    if (memory.issuer !== issuer() || memory.keys !== keys()) memory = newMemory(issuer(), keys());
    const { good, bad, pending, read } = memory;
    // The memory holds no tokens that a dump of it would give away.
    const id = hash('sha256', token, 'base64');
    const known = good.get(id);
    if (known) {
      if (known.expiresAt + CLOCK_TOLERANCE > now() / 1000) return known;
      good.delete(id);
      return { problem: EXPIRED };
    }
    const refused = bad.get(id);
    if (refused && refused.until > now()) return refused;
    const underWay = pending.get(id);
    if (underWay) return underWay;
    if (!mayVerify()) throw tooManyNewTokens();
    const verification = read(token)
      .then((result) => {
        if ('problem' in result) bad.set(id, { ...result, until: now() + REFUSED_FOR });
        else good.set(id, result);
        return result;
      })
      .finally(() => pending.delete(id));
    pending.set(id, verification);
    return verification;
  };
}

/** What is known about tokens of one issuer with certain keys: it ends with them. */
interface Memory {
  readonly issuer: string;
  readonly keys: JSONWebKeySet;
  readonly read: ReadAccessToken;
  readonly good: Map<string, AccessToken>;
  readonly bad: Map<string, TokenProblem & { readonly until: number }>;
  /** Requests that come with the same token meanwhile wait for the same verification. */
  readonly pending: Map<string, Promise<Verification>>;
}

const newMemory = (issuer: string, keys: JSONWebKeySet): Memory => ({
  issuer,
  keys,
  read: accessTokenReader(issuer, keys),
  good: new BoundedMap(REMEMBERED),
  bad: new BoundedMap(REFUSED),
  pending: new Map(),
});

const tooManyNewTokens = (): Failure =>
  new Failure('too_many_new_tokens', 'Too many unknown access tokens arrive at the moment. Send the request again.', {
    status: 503,
    headers: { 'retry-after': '1' },
  });
