import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { Failure } from '../../core/failure.ts';
import { IDENTITY_HEADER, verifyIdentity, type IdentityJwk } from '../../core/identity-token.ts';
import { ACTS_FOR_CALLERS, OWNER, requireRight, type Actor } from './rights.ts';

declare module 'hono' {
  interface ContextVariableMap {
    actor: Actor;
  }
}

/** Finds out who asks, and lets through what they may. A request with an identity is never the owner's, whatever the identity is worth. */
export const authorize =
  (keys: readonly IdentityJwk[]): MiddlewareHandler =>
  async (context, next) => {
    const token = context.req.header(IDENTITY_HEADER);
    const actor = token === undefined ? OWNER : await callerOf(token, keys);
    requireRight(actor, routeOf(context));
    context.set('actor', actor);
    await next();
  };

async function callerOf(token: string, keys: readonly IdentityJwk[]): Promise<Actor> {
  try {
    return { kind: 'caller', identity: await verifyIdentity(token, ACTS_FOR_CALLERS, keys) };
  } catch (error) {
    throw new Failure('invalid_identity', 'This identity is not valid here, or not any more: call again.', {
      status: 401,
      detail: { reason: (error as Error).message },
    });
  }
}

/** Method and pattern of the handler that will answer: the last route that matches and is no middleware. */
function routeOf(context: Context): string {
  const route = matchedRoutes(context).findLast(({ method }) => method !== 'ALL');
  return `${context.req.method} ${route?.path ?? ''}`;
}
