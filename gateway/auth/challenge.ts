import { Failure } from '../../core/failure.ts';
import type { ProtectedResource } from '../protected-resources.ts';

interface ChallengeError {
  /** RFC 6750 section 3.1. */
  readonly error: 'invalid_token' | 'insufficient_scope';
  /** What is wrong. ASCII without quotes and backslashes (RFC 6750 section 3). */
  readonly description: string;
}

/** Nobody is known. Without `error`: the client may not have known that a token is needed (RFC 6750 section 3.1). */
export const authenticationRequired = (resource: ProtectedResource, scopes: readonly string[]): Failure =>
  new Failure(
    'authentication_required',
    `This needs an access token. MCP clients get one by signing the user in; ${resource.metadataUrl} says where.`,
    { status: 401, headers: challenge(resource, scopes) },
  );

/** There is a token, and it is not good here. */
export const invalidToken = (resource: ProtectedResource, description: string): Failure =>
  new Failure('invalid_token', `${description} Get a new one for ${resource.url}.`, {
    status: 401,
    headers: challenge(resource, resource.server?.spec.oauth.scopes ?? [], { error: 'invalid_token', description }),
  });

/** The token is good but grants too little. Names every scope of the operation, because a client asks for just those. */
export const insufficientScope = (resource: ProtectedResource, scopes: readonly string[]): Failure => {
  const description = 'The access token grants too little for this operation.';
  return new Failure(
    'insufficient_scope',
    `${description} It needs ${scopes.join(' ')}: sign in again and allow all of them.`,
    { status: 403, headers: challenge(resource, scopes, { error: 'insufficient_scope', description }) },
  );
};

/** `WWW-Authenticate` as of RFC 6750 section 3 and RFC 9728 section 5.1. */
function challenge(
  { metadataUrl }: ProtectedResource,
  scopes: readonly string[],
  problem?: ChallengeError,
): { 'www-authenticate': string } {
  const parameters = [`resource_metadata=${quoted(metadataUrl)}`];
  if (scopes.length > 0) parameters.push(`scope=${quoted(scopes.join(' '))}`);
  if (problem) {
    parameters.push(`error=${quoted(problem.error)}`, `error_description=${quoted(problem.description)}`);
  }
  return { 'www-authenticate': `Bearer ${parameters.join(', ')}` };
}

/** A quoted-string (RFC 9110 section 5.6.4); what may not be in one, and so in no header, is left out. */
const quoted = (text: string): string => `"${text.replaceAll(/[^\x20-\x7e]/g, '').replaceAll(/["\\]/g, '\\$&')}"`;
