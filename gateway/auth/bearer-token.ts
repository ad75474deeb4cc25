import type { IncomingMessage } from 'node:http';
import type { TokenProblem } from './access-token.ts';

/** Characters. Our own tokens have about 600; others carry groups, but hardly more than what proxies accept in one header. */
const MAX_LENGTH = 8192;

/** RFC 6750 section 2.1, which names the scheme; schemes ignore case (RFC 9110 section 11.1). What is in a token, its reader knows. */
const SCHEME = /^Bearer(?: +|$)/i;

/**
 * The token of a request: from the Authorization header and nowhere else. Tokens in URLs end in logs and histories, so
 * `?access_token=` is ignored (OAuth 2.1 section 5.1). Undefined without one, also with another scheme.
 */
export function bearerToken({ headers, rawHeaders }: IncomingMessage): string | undefined | TokenProblem {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  // Node keeps the first of several; whoever stands before us may have judged another one.
  if (countHeader(rawHeaders, 'authorization') > 1) return { problem: 'There is more than one Authorization header.' };
  if (authorization.length > MAX_LENGTH)
    return { problem: `The access token is longer than ${MAX_LENGTH} characters.` };
  const scheme = SCHEME.exec(authorization)?.[0];
  if (scheme === undefined) return undefined;
  return authorization.slice(scheme.length) || { problem: 'The Authorization header holds no access token.' };
}

function countHeader(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index];
    if (header?.length === name.length && header.toLowerCase() === name) count++;
  }
  return count;
}
