import { createHash, randomBytes } from 'node:crypto';
import type { HttpBrowser, Page } from './http-browser.ts';
import { PASSWORD, type Rig } from './rig.ts';

export interface FlowOptions {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly resource?: string | undefined;
  readonly scope?: string;
  /** More parameters, or other values. */
  readonly extra?: Readonly<Record<string, string>>;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly scope?: string;
  readonly expires_in: number;
  readonly token_type: string;
}

type Target = Pick<Rig, 'local' | 'issuer'>;

/** Any well-behaved client, as far as this server sees it. */
export async function register(rig: Target, metadata: Record<string, unknown>) {
  const response = await fetch(`${rig.local}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  });
  return {
    status: response.status,
    body: (await response.json()) as Record<string, unknown>,
    headers: response.headers,
  };
}

export const LOOPBACK_CLIENT = {
  client_name: 'Test client',
  redirect_uris: ['http://localhost:3334/oauth/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
};

/** Registers the client above and says what a flow with it needs. */
export async function registered(rig: Rig): Promise<FlowOptions> {
  const { body } = await register(rig, LOOPBACK_CLIENT);
  return {
    clientId: String(body['client_id']),
    redirectUri: 'http://localhost:3334/oauth/callback',
    resource: rig.resource('marketplace').url,
  };
}

export function authorizationRequest(rig: Target, { clientId, redirectUri, resource, scope, extra = {} }: FlowOptions) {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state: 'some-state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...(resource !== undefined && { resource }),
    ...(scope !== undefined && { scope }),
    ...extra,
  });
  return { verifier, url: `${rig.issuer}/oauth/authorize?${query.toString()}` };
}

export const SIGN_IN = { action: 'sign-in', username: 'admin', password: PASSWORD } as const;

/** Signs in where that is asked, and allows. */
export async function allow(browser: HttpBrowser, page: Page): Promise<Page> {
  const consent = page.html.includes('type="password"') ? await browser.submit(SIGN_IN) : page;
  return consent.redirect ? consent : browser.submit({ action: 'allow' });
}

/** From the authorization request to the redirect. */
export async function authorize(rig: Rig, options: FlowOptions, browser = rig.browser) {
  const { url, verifier } = authorizationRequest(rig, options);
  const page = await allow(browser, await browser.open(url));
  const { redirect } = page;
  if (!redirect)
    throw new Error(`${page.status} instead of a redirect: ${page.html.replace(/^.*<main>/s, '')}\n${rig.log.text()}`);
  return { redirect, verifier, code: redirect.searchParams.get('code') ?? '' };
}

export async function post(rig: Target, path: string, body: Readonly<Record<string, string>>) {
  const response = await fetch(rig.local + path, { method: 'POST', body: new URLSearchParams(body) });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text ? JSON.parse(text) : {}) as Tokens & { error?: string; error_description?: string; error_id?: string },
  };
}

export const redeem = (
  rig: Target,
  { clientId, redirectUri }: FlowOptions,
  code: string,
  verifier: string,
  change: Readonly<Record<string, string>> = {},
) =>
  post(rig, '/oauth/token', {
    grant_type: 'authorization_code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
    ...change,
  });

/** The whole flow. */
export async function tokens(rig: Rig, options: FlowOptions, browser?: HttpBrowser): Promise<Tokens> {
  const { code, verifier } = await authorize(rig, options, browser);
  return (await redeem(rig, options, code, verifier)).body;
}

export const refresh = (rig: Target, clientId: string, refreshToken: string, extra: Record<string, string> = {}) =>
  post(rig, '/oauth/token', {
    grant_type: 'refresh_token',
    client_id: clientId,
    refresh_token: refreshToken,
    ...extra,
  });
