import { z } from 'zod';
import { COMMAND_LINE_CLIENT_ID } from '../../gateway/authorization-server/command-line-client.ts';
import { ask, type Answer } from '../http/ask.ts';
import { readJson, refusalOf } from '../http/read-json.ts';

/** Characters. Node takes 16 KB of request headers, so a longer token could not be sent; one of Mooring has about 1,000. */
const MAX_TOKEN = 8192;
const Token = z.string().min(1).max(MAX_TOKEN);

/** Seconds: a day. Those of Mooring last 15 minutes, and no time that a gateway makes up shall be kept. */
const MAX_LIFETIME = 86_400;

/** RFC 6749 section 5.1. */
const Tokens = z.object({
  access_token: Token,
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.number().positive().max(MAX_LIFETIME),
  refresh_token: Token.optional(),
});

export interface Tokens {
  readonly accessToken: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
}

/** Bytes: two tokens. */
const MAX_BYTES = 64 * 1024;

/** An error answer of the token endpoint (RFC 6749 section 5.2), which who asked can put into words. */
export class TokenRefusal extends Error {
  readonly error: string;

  constructor({ error, description }: { readonly error: string; readonly description: string }) {
    super(description);
    this.error = error;
  }
}

/** Asks for tokens, as the public client that the command line is. Throws TokenRefusal, and the Failures of `ask` and `readJson`. */
export async function requestTokens(endpoint: string, grant: Readonly<Record<string, string>>): Promise<Tokens> {
  const answer = await send(endpoint, grant);
  if (answer.status === 400 || answer.status === 401) throw new TokenRefusal(refusalOf(answer));
  const { access_token: accessToken, expires_in: seconds, refresh_token: refreshToken } = readJson(answer, Tokens);
  return { accessToken, expiresAt: Date.now() + seconds * 1000, refreshToken };
}

/** Ends a sign-in (RFC 7009): one that is over already counts as ended. Throws TokenRefusal, and the Failures of `ask`. */
export async function revokeToken(endpoint: string, refreshToken: string): Promise<void> {
  const answer = await send(endpoint, { token: refreshToken, token_type_hint: 'refresh_token' });
  if (answer.status !== 200) throw new TokenRefusal(refusalOf(answer));
}

const send = async (endpoint: string, parameters: Readonly<Record<string, string>>): Promise<Answer> =>
  ask(endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: COMMAND_LINE_CLIENT_ID, ...parameters }),
    maxBytes: MAX_BYTES,
  });
