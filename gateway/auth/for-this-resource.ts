import { invalidToken } from './challenge.ts';
import type { TokenRule } from './token-rule.ts';

/** A token is good for the resource that it was issued for, and for no other (RFC 8707, RFC 9068 section 4). */
export const forThisResource: TokenRule = (token, resource) =>
  token.audiences.includes(resource.url)
    ? undefined
    : invalidToken(resource, 'The access token was issued for another resource.');
