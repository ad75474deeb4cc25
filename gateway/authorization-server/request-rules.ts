import { Failure } from '../../core/failure.ts';
import { excerpt } from '../excerpt.ts';
import { peerKey, type AttemptLimit, type Attempts } from './attempts.ts';
import type { Middleware } from './middleware.ts';
import { STYLE_HASH } from './pages/style.ts';
import { machineMethod, methodsOf, PATHS } from './paths.ts';
import { isLoopbackHost } from './redirect-target.ts';

/** oidc-provider has more routes, and more methods for them, than this server offers. */
export const onlyKnownRoutes: Middleware = async (ctx, next) => {
  const methods = methodsOf(ctx.path);
  if (methods.length > 0 && !methods.includes(ctx.method)) {
    throw new Failure('method_not_allowed', `Use ${methods[0]}.`, {
      status: 405,
      headers: { allow: methods.join(', ') },
    });
  }
  if (methods.length > 0) await next();
  if (ctx.status === 404 && !ctx.body) {
    throw new Failure('not_found', 'There is no such page. Go back to the app and start again.', { status: 404 });
  }
};

/**
 * A sign-in begins where a person is sent (Fetch Metadata Request Headers section 2.2): a page that fetches the address, or
 * loads it as a picture or a script, is up to something else. Node's fetch sends a mode as well, but no site: it is no page.
 */
export const onlyNavigations: Middleware = async (ctx, next) => {
  const [mode, site] = [ctx.get('Sec-Fetch-Mode'), ctx.get('Sec-Fetch-Site')];
  if (ctx.path === PATHS.authorization && site !== '' && mode !== 'navigate') {
    throw new Failure('not_a_navigation', 'Open this address in a browser window to sign in; a script cannot do it.', {
      status: 403,
      detail: { mode: excerpt(mode) },
    });
  }
  await next();
};

/**
 * Pages are shown alone, run nothing and load nothing. `form-action` is left out on purpose: Chromium applies it to every
 * redirect after a form as well, and the last ones belong to the client (its callback, and where that leads).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `style-src ${STYLE_HASH}`,
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const secureResponses: Middleware = async (ctx, next) => {
  ctx.set({
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    // Not `no-referrer`: that would make browsers send `Origin: null` with our own forms.
    'Referrer-Policy': 'same-origin',
  });
  if (!machineMethod(ctx.path)) ctx.set('Cache-Control', 'no-store');
  await next();
};

/** Programs in web pages of any origin may use the endpoints for programs; cookies are never part of that. */
export const allowEveryOrigin: Middleware = async (ctx, next) => {
  const method = machineMethod(ctx.path);
  if (method)
    ctx.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After' });
  if (!method || ctx.method !== 'OPTIONS') {
    await next();
    return;
  }
  ctx.set({
    'Access-Control-Allow-Methods': method,
    // The wildcard does not cover Authorization (Fetch standard, section 3.3.4).
    'Access-Control-Allow-Headers': '*, Authorization',
    'Access-Control-Max-Age': '3600',
  });
  ctx.status = 204;
};

/**
 * Cookies belong to one host name. Who opens 127.0.0.1 where the public name is localhost is sent there before any is set;
 * behind a proxy that changes the Host header this would never end, so it is done between loopback names only.
 */
export const onPublicHost =
  (publicUrl: URL): Middleware =>
  async (ctx, next) => {
    const requested = URL.parse(`http://${ctx.req.headers.host}`);
    const isOther = requested !== null && requested.host !== publicUrl.host;
    if (
      isOther &&
      isLoopbackHost(requested.hostname) &&
      isLoopbackHost(publicUrl.hostname) &&
      !machineMethod(ctx.path)
    ) {
      ctx.status = 307;
      ctx.redirect(publicUrl.origin + ctx.path + ctx.search);
      return;
    }
    await next();
  };

export interface Limits {
  readonly registrationsPerHour: number;
}

/**
 * Sign-ins that one address may start in a minute. A person starts one or two, and a proxy may stand for many people; each
 * leaves a row of at most 16 KiB (the longest request) for 15 minutes.
 */
const STARTED_SIGN_INS = 300;

/** What anybody may do without having signed in is limited by address. */
export const limitStrangers =
  (attempts: Attempts, limits: () => Limits): Middleware =>
  async (ctx, next) => {
    const limit = strangersLimit(ctx.method, ctx.path, limits());
    if (limit && !(await attempts.take(limit, peerKey(ctx.req.socket.remoteAddress)))) {
      throw new Failure('too_many_requests', 'There were too many requests from this address. Try again later.', {
        status: 429,
        headers: { 'retry-after': String(limit.seconds) },
      });
    }
    await next();
  };

function strangersLimit(method: string, path: string, limits: Limits): AttemptLimit | undefined {
  if (method === 'POST' && path === PATHS.registration) {
    return { kind: 'registration', seconds: 60 * 60, max: limits.registrationsPerHour };
  }
  if (method === 'GET' && path === PATHS.authorization) {
    return { kind: 'authorization', seconds: 60, max: STARTED_SIGN_INS };
  }
  return undefined;
}

/** Parameters of OpenID Connect and other extensions that this server does not have. */
const FOREIGN_PARAMETERS: ReadonlySet<string> = new Set([
  'acr_values',
  'claims',
  'claims_locales',
  'id_token_hint',
  'max_age',
  'nonce',
  'response_mode',
]);

/** RFC 6749 section 3.1: unrecognized parameters are ignored. oidc-provider recognizes these, and refuses some without `openid`. */
export const ignoreForeignParameters: Middleware = async (ctx, next) => {
  if (ctx.path === PATHS.authorization) {
    ctx.query = Object.fromEntries(Object.entries(ctx.query).filter(([name]) => !FOREIGN_PARAMETERS.has(name)));
  }
  await next();
};
