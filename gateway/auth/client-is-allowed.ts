import { Failure } from '../../core/failure.ts';
import type { TokenRule } from './token-rule.ts';

/** `oauth.clientId`. Not 401: a new token would be issued to the same client, and clients would sign in for ever. */
export const clientIsAllowed: TokenRule = (token, { server }) => {
  const wanted = server?.spec.oauth.clientId;
  if (wanted === undefined || wanted === token.clientId) return undefined;
  return new Failure(
    'client_not_allowed',
    'This server accepts one OAuth client only, and the access token was issued to another one. Use the client id that its owner gives out.',
    { status: 403, detail: { wanted, client: token.clientId } },
  );
};
