import type { IncomingMessage } from 'node:http';
import type { ProtectedResource } from '../protected-resources.ts';
import type { AccessToken } from './access-token.ts';
import { bearerToken } from './bearer-token.ts';
import { ANONYMOUS, type Caller } from './caller.ts';
import { authenticationRequired, invalidToken } from './challenge.ts';
import { judgeToken } from './token-rules.ts';
import type { Verification, VerifyToken } from './verified-tokens.ts';

/** Who sends this request to this resource, at once where the token is known. Throws a Failure: 401, 403, 503. */
export type Authenticate = (incoming: IncomingMessage, resource: ProtectedResource) => Caller | Promise<Caller>;

export function authentication(verify: VerifyToken, callerOf: (token: AccessToken) => Caller): Authenticate {
  const accept = (verification: Verification, resource: ProtectedResource): Caller => {
    if ('problem' in verification) throw invalidToken(resource, verification.problem);
    const refusal = judgeToken(verification, resource);
    if (refusal) throw refusal;
    return callerOf(verification);
  };

  return (incoming, resource) => {
    const token = bearerToken(incoming);
    if (token === undefined) return anonymous(resource);
    if (typeof token !== 'string') throw invalidToken(resource, token.problem);
    const verification = verify(token);
    if (verification instanceof Promise) return verification.then((result) => accept(result, resource));
    return accept(verification, resource);
  };
}

/** The registry and servers with `oauth.required: false` answer anybody. A token that is sent must be good even there. */
function anonymous(resource: ProtectedResource): Caller {
  const { required, scopes } = resource.server?.spec.oauth ?? { required: false, scopes: [] };
  if (required) throw authenticationRequired(resource, scopes);
  return ANONYMOUS;
}
