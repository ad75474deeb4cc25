import type { Failure } from '../../core/failure.ts';
import type { ProtectedResource } from '../protected-resources.ts';
import type { AccessToken } from './access-token.ts';

/** Why this verified token is refused at this resource; undefined where it is fine. */
export type TokenRule = (token: AccessToken, resource: ProtectedResource) => Failure | undefined;
