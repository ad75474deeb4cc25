import { Failure } from '../../core/failure.ts';
import { PATHS } from '../../gateway/authorization-server/paths.ts';
import { JWT_TYPE, TOKEN_EXCHANGE } from '../../gateway/authorization-server/exchange-names.ts';
import { requestTokens, TokenRefusal } from '../credentials/token-endpoint.ts';

export interface Wanted {
  /** URL of the server (RFC 8707), whose origin is the gateway that is asked. */
  readonly resource: string;
  /** Space-separated; else all that the caller has there. */
  readonly scope?: string | undefined;
}

/** A caller's token for another server, from their identity (RFC 8693). Throws `no_token` with what the gateway says, and the Failures of `ask`. */
export async function exchangeIdentity(identity: string, { resource, scope }: Wanted): Promise<string> {
  try {
    const { accessToken } = await requestTokens(new URL(resource).origin + PATHS.token, {
      grant_type: TOKEN_EXCHANGE,
      subject_token: identity,
      subject_token_type: JWT_TYPE,
      resource,
      ...(scope !== undefined && { scope }),
    });
    return accessToken;
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    throw new Failure('no_token', `The gateway gives you no token for ${resource}: ${error.message}.`);
  }
}
