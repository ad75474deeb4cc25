import type { KoaContextWithOIDC } from 'oidc-provider';

/** Runs around the routes of oidc-provider. `ctx.oidc` is there only after `next()`, and only on its routes. */
export type Middleware = (ctx: KoaContextWithOIDC, next: () => Promise<unknown>) => Promise<void>;
