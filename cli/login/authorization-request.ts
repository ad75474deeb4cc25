import { hash, randomBytes } from 'node:crypto';
import { COMMAND_LINE_CLIENT_ID } from '../../gateway/authorization-server/command-line-client.ts';
import type { SignInPlace } from './discover.ts';

export interface AuthorizationRequest {
  /** What the browser opens. It holds no secret: code and verifier are elsewhere. */
  readonly url: string;
  /** RFC 7636: proves that who redeems the code is who asked for it. */
  readonly verifier: string;
}

/** 256 bits, in 43 characters: the length that RFC 7636 section 4.1 recommends. */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** A request for every server of the gateway (RFC 6749 section 4.1.1, RFC 8707). */
export function authorizationRequest(
  { authorizationEndpoint, resource }: SignInPlace,
  { redirectUri, state }: { readonly redirectUri: string; readonly state: string },
): AuthorizationRequest {
  const verifier = newSecret();
  const url = new URL(authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: COMMAND_LINE_CLIENT_ID,
    redirect_uri: redirectUri,
    state,
    code_challenge: hash('sha256', verifier, 'base64url'),
    code_challenge_method: 'S256',
    resource,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, verifier };
}
