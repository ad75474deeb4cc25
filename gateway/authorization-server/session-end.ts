import type { Middleware } from './middleware.ts';
import { PATHS } from './paths.ts';

/**
 * Over plain http every program on the machine can be sent this browser's cookies (they know no port), so a sign-in is good
 * for one answer: when that is on its way to the client, the session is over.
 */
export const endSessionWithAnswer: Middleware = async (ctx, next) => {
  await next();
  const { Session: session } = (ctx.oidc as typeof ctx.oidc | undefined)?.entities ?? {};
  const goesOn = String(ctx.response.headers['location']).startsWith(`${PATHS.interaction}/`);
  if (!session?.accountId || goesOn) return;
  await session.destroy();
  const { provider } = ctx.oidc;
  ctx.cookies.set(provider.cookieName('session'), null, { path: PATHS.authorization, overwrite: true });
};
