import type { Failure } from '../../core/failure.ts';
import type { ProtectedResource } from '../protected-resources.ts';
import type { AccessToken } from './access-token.ts';
import { forThisResource } from './for-this-resource.ts';
import { nameHasSameOwner } from './name-has-same-owner.ts';
import { clientIsAllowed } from './client-is-allowed.ts';
import type { TokenRule } from './token-rule.ts';

/** What is asked of a token on every request, whatever the request does. The first refusal counts. */
const TOKEN_RULES: readonly TokenRule[] = [
  forThisResource, //  401 issued for another resource
  nameHasSameOwner, // 401 issued when another server had this name
  clientIsAllowed, //  403 issued to another client than oauth.clientId
];

export function judgeToken(token: AccessToken, resource: ProtectedResource): Failure | undefined {
  for (const rule of TOKEN_RULES) {
    const refusal = rule(token, resource);
    if (refusal) return refusal;
  }
  return undefined;
}
