import { qualifiedName } from '../../crds/mcpserver.ts';
import { Failure } from '../../core/failure.ts';
import type { VerifiedIdentity } from '../../core/identity-token.ts';
import { PAGE_CLIENT_ID } from '../../core/page-client.ts';

/**
 * What each request to the control socket needs of who makes it by `Mooring-Identity`: a scope, which `admin` implies. A request that is not
 * listed is closed for them; the owner of the socket, who needs no identity, may make each. Paths are as Hono's routes have them.
 */
const RIGHTS: Readonly<Record<string, 'user' | 'admin'>> = {
  'GET /v1/about': 'user',
  /** Values of manifests that look secret are masked for who is no `admin`. */
  'GET /v1/servers': 'user',
  'GET /v1/runs': 'user',
  'GET /v1/logs/:namespace/:name': 'user',
  /** Of no more than the scopes of who asks, for another server. */
  'POST /v1/tokens': 'user',
  /** Whole files, comments and values included. */
  'GET /v1/manifests': 'admin',
  'PUT /v1/manifests/:namespace/:name': 'admin',
  'DELETE /v1/manifests/:namespace/:name': 'admin',
};

/** The one server that may act as its callers, and which nobody may call through itself. */
export const ACTS_FOR_CALLERS = 'default/systemprompt';

/** Who makes a request to the control socket. */
export type Actor = { readonly kind: 'owner' } | { readonly kind: 'caller'; readonly identity: VerifiedIdentity };

export const OWNER: Actor = { kind: 'owner' };

/** Whether everything may be shown to them. */
export const isAdmin = (actor: Actor): boolean => actor.kind === 'owner' || actor.identity.scopes.includes('admin');

/** Throws `insufficient_scope`, or `not_for_callers` for what nobody may do by an identity. `route`: method and path pattern. */
export function requireRight(actor: Actor, route: string): void {
  if (actor.kind === 'owner') return;
  const needed = Object.hasOwn(RIGHTS, route) ? RIGHTS[route] : undefined;
  if (needed === undefined)
    throw new Failure('not_for_callers', 'That is for the owner of this Mooring alone.', { status: 403 });
  const { subject, clientId, scopes, issuer } = actor.identity;
  // Whoever types something into a page has allowed nothing but that.
  if (subject === undefined || issuer !== 'mooring:gateway' || clientId === PAGE_CLIENT_ID)
    throw new Failure('sign_in_required', 'Nobody is signed in: sign in to call this.', { status: 403 });
  if (!scopes.includes(needed))
    throw new Failure('insufficient_scope', `That needs the scope ${needed}; you have ${scopes.join(' ') || 'none'}.`, {
      status: 403,
    });
}

/** Throws `recursion` where a caller wants to call, by this server, this server. */
export function refuseRecursion(actor: Actor, server: Parameters<typeof qualifiedName>[0] | undefined): void {
  if (actor.kind === 'owner' || !server || qualifiedName(server) !== ACTS_FOR_CALLERS) return;
  throw new Failure('recursion', 'systemprompt does not call itself: call its tools directly.', { status: 403 });
}
