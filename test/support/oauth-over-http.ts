import { createHash, randomBytes } from 'node:crypto';
import { createHttpBrowser, type HttpBrowser } from '../../gateway/authorization-server/testing/http-browser.ts';
import { ADMIN_PASSWORD } from './gateway-process.ts';

export interface OAuthTokens {
  readonly access_token?: string;
  readonly refresh_token?: string;
  readonly error?: string;
}

interface Flow {
  readonly issuer: string;
  readonly resource: string;
  /** Called before each step. */
  readonly before?: (step: 'register' | 'authorize' | 'sign in' | 'allow' | 'token') => void;
}

export interface SignedIn extends OAuthTokens {
  readonly clientId: string;
}

const REDIRECT = 'http://127.0.0.1:3334/callback';

/** A new client that the administrator signs in to and allows: every step of the flow over plain HTTP, in milliseconds. */
export async function signedIn({ issuer, resource, before = () => undefined }: Flow): Promise<SignedIn> {
  before('register');
  const registration = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      redirect_uris: [REDIRECT],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id: clientId } = (await registration.json()) as { client_id: string };
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT,
    state: 'state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    resource,
  });
  const code = await allowed(createHttpBrowser(issuer), `${issuer}/oauth/authorize?${query.toString()}`, before);
  before('token');
  const grant = { grant_type: 'authorization_code', redirect_uri: REDIRECT, code, code_verifier: verifier };
  return { clientId, ...(await token(issuer, { client_id: clientId, ...grant })) };
}

async function allowed(browser: HttpBrowser, url: string, before: NonNullable<Flow['before']>): Promise<string> {
  before('authorize');
  await browser.open(url);
  before('sign in');
  await browser.submit({ action: 'sign-in', username: 'admin', password: ADMIN_PASSWORD });
  before('allow');
  const { redirect, status, html } = await browser.submit({ action: 'allow' });
  const code = redirect?.searchParams.get('code');
  if (!code) throw new Error(`${status} instead of a code: ${html}`);
  return code;
}

export const refreshed = async (issuer: string, { clientId, refresh_token = '' }: SignedIn): Promise<OAuthTokens> =>
  token(issuer, { grant_type: 'refresh_token', client_id: clientId, refresh_token });

async function token(issuer: string, form: Readonly<Record<string, string>>): Promise<OAuthTokens> {
  const response = await fetch(`${issuer}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  return (await response.json()) as OAuthTokens;
}
