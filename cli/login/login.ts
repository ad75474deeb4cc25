import { decodeJwt } from 'jose';
import { Failure } from '../../core/failure.ts';
import { updateCredentials, type Credential } from '../credentials/credentials-file.ts';
import { requestTokens, revokeToken, TokenRefusal, type Tokens } from '../credentials/token-endpoint.ts';
import { gatewayOrigin } from '../http/gateway-origin.ts';
import { oneLine } from '../output/harmless.ts';
import { authorizationRequest, newSecret } from './authorization-request.ts';
import { listenForCallback, type CallbackAnswer } from './callback-listener.ts';
import { discover, type SignInPlace } from './discover.ts';
import { openBrowser } from './open-browser.ts';

export interface LoginOptions {
  /** Whether a browser is opened; the address is printed in any case. */
  readonly browser: boolean;
  readonly timeoutMs?: number;
}

/** Milliseconds: time to find a password and to read a page. */
const TIMEOUT_MS = 5 * 60_000;

/** Signs a person in to a gateway through the browser (OAuth 2.1 for native apps, RFC 8252), and keeps that. */
export async function login(url: string, { browser, timeoutMs = TIMEOUT_MS }: LoginOptions): Promise<void> {
  const place = await discover(gatewayOrigin(url));
  const state = newSecret();
  const listener = await listenForCallback({ state, issuer: place.issuer });
  try {
    const request = authorizationRequest(place, { redirectUri: listener.redirectUri, state });
    process.stderr.write(`Sign in on this page; it is waited for:\n${request.url}\n`);
    if (browser) openBrowser(request.url);
    const answer = await within(timeoutMs, listener.answer, place.origin);
    const tokens = await finish(answer, async () => {
      const code = codeOf(answer.parameters, place);
      return redeem(place, { code, verifier: request.verifier, redirectUri: listener.redirectUri });
    });
    process.stdout.write(`Signed in to ${place.origin}${accountOf(tokens)}.\n`);
    process.stderr.write(`Its servers: mooring list --gateway ${place.origin}\n`);
  } finally {
    listener.close();
  }
}

async function within<Result>(timeoutMs: number, wait: Promise<Result>, origin: string): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(
      new Failure(
        'not_signed_in',
        `Nobody has signed in within ${timeoutMs / 60_000} minutes. Begin again: mooring login ${origin}`,
      ),
    );
  }, timeoutMs);
  return Promise.race([wait, promise]).finally(() => clearTimeout(timer));
}

const SIGNED_IN = { title: 'You are signed in', text: 'You can close this page and go back to the terminal.' };
const NOT_SIGNED_IN = { title: 'You are not signed in', text: 'The terminal says why.' };

/** Does what is left to do, and tells the browser how it went. */
async function finish(answer: CallbackAnswer, work: () => Promise<Tokens>): Promise<Tokens> {
  try {
    const tokens = await work();
    await answer.show(SIGNED_IN);
    return tokens;
  } catch (error) {
    await answer.show(NOT_SIGNED_IN);
    throw error;
  }
}

/** The code of an answer (RFC 6749 section 4.1.2). */
function codeOf(parameters: URLSearchParams, { origin }: SignInPlace): string {
  const code = parameters.get('code');
  if (code) return code;
  const error = oneLine(parameters.get('error') ?? 'no code');
  if (error === 'access_denied') {
    throw new Failure(
      'access_denied',
      `The sign-in was declined in the browser. To try again: mooring login ${origin}`,
    );
  }
  const description = oneLine(parameters.get('error_description') ?? 'it said nothing more');
  throw new Failure('sign_in_refused', `${origin} refused the sign-in: ${description} (${error}).`);
}

async function redeem(
  place: SignInPlace,
  { code, verifier, redirectUri }: { readonly code: string; readonly verifier: string; readonly redirectUri: string },
): Promise<Tokens> {
  const { origin, tokenEndpoint } = place;
  const grant = { grant_type: 'authorization_code', code, code_verifier: verifier, redirect_uri: redirectUri };
  const tokens = await requestTokens(tokenEndpoint, grant).catch((error: unknown) => {
    if (!(error instanceof TokenRefusal)) throw error;
    throw new Failure('sign_in_refused', `${origin} refused the sign-in: ${error.message} (${oneLine(error.error)}).`);
  });
  await keep(place, tokens);
  return tokens;
}

async function keep({ origin, resource, issuer, tokenEndpoint, revocationEndpoint }: SignInPlace, tokens: Tokens) {
  const { accessToken: token, refreshToken, expiresAt } = tokens;
  if (refreshToken === undefined) {
    throw new Failure('sign_in_refused', `${origin} gives no token that lasts. Is its Mooring older than this one?`);
  }
  const next: Credential = {
    issuer,
    tokenEndpoint,
    ...(revocationEndpoint !== undefined && { revocationEndpoint }),
    refreshToken,
    accessTokens: { [resource]: { token, expiresAt } },
  };
  const former = await updateCredentials(async ({ gateways }, write) => {
    await write({ gateways: { ...gateways, [origin]: next } });
    return gateways[origin];
  });
  // Nobody uses it any more; where this fails, it ends by itself.
  if (former?.revocationEndpoint !== undefined) {
    await revokeToken(former.revocationEndpoint, former.refreshToken).catch(() => undefined);
  }
}

/** For a person to see whose sign-in it was. Nothing depends on it, so the token is not verified. */
function accountOf({ accessToken }: Tokens): string {
  try {
    const { sub } = decodeJwt(accessToken);
    return sub === undefined ? '' : ` as ${oneLine(sub)}`;
  } catch {
    return '';
  }
}
