import { qualifiedName } from '../../crds/mcpserver.ts';
import { invalidToken } from './challenge.ts';
import type { TokenRule } from './token-rule.ts';

/** The URL of a server names no namespace: a token of the server that had the name before must not be good for its successor. */
export const nameHasSameOwner: TokenRule = (token, resource) =>
  resource.server === undefined || token.owner === qualifiedName(resource.server)
    ? undefined
    : invalidToken(resource, 'The access token was issued for another server, which had this name then.');
