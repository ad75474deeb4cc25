import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Problem } from '../../crds/problem.ts';
import type { ServerSource } from '../../crds/sources/source.ts';
import { Failure } from '../../core/failure.ts';
import type { IdentityJwk } from '../../core/identity-token.ts';
import { authorize } from './authorize.ts';
import { maskValues } from './mask-values.ts';
import type { About, IssuedToken, ServerList, TokenRequest as WantedToken } from './protocol.ts';
import { addLogsRoute, type LogsDeps } from './logs-route.ts';
import { TokenRequest } from './requests.ts';
import { isAdmin, type Actor } from './rights.ts';
import { addRunsRoute, type RunsDeps } from './runs-route.ts';

export interface ControlDeps extends RunsDeps, LogsDeps {
  readonly about: About;
  readonly source: Pick<ServerSource, 'list'> & { problems(): readonly Problem[] };
  /** Throws `unknown_server`, `unknown_scope`, `insufficient_scope` or `recursion`. */
  readonly issueToken: (request: WantedToken, actor: Actor) => Promise<IssuedToken>;
  /** What identities of callers are verified with. */
  readonly identityKeys: readonly IdentityJwk[];
}

/** A request to the control socket is a name and some scopes. */
const BODY_BYTES = 16 * 1024;

const refuseLarge = (): never => {
  throw new Failure('request_too_large', `A request to the control socket has at most ${BODY_BYTES} bytes.`, {
    status: 413,
  });
};

/**
 * What the command line can ask. Whoever can open the socket is the owner of the state folder and acts as `admin`; with a `Mooring-Identity` a request is
 * its caller's, by the table of rights.ts.
 */
export function controlApp(deps: ControlDeps): Hono {
  const { about, source, issueToken, identityKeys } = deps;
  const app = new Hono().use('*', authorize(identityKeys));
  app.get('/v1/about', (context) => context.json<About>(about));
  app.get('/v1/servers', (context) => {
    const servers = source.list();
    const shown = isAdmin(context.get('actor')) ? servers : servers.map(maskValues);
    return context.json<ServerList>({ servers: shown, problems: source.problems() });
  });
  addRunsRoute(app, deps);
  addLogsRoute(app, deps);
  app.post('/v1/tokens', bodyLimit({ maxSize: BODY_BYTES, onError: refuseLarge }), async (context) => {
    const parsed = TokenRequest.safeParse(await context.req.json().catch(() => undefined));
    if (!parsed.success) {
      throw new Failure('invalid_request', 'Send {"server": name, "scope"?: "…"} as JSON.', { status: 400 });
    }
    return context.json<IssuedToken>(await issueToken(parsed.data, context.get('actor')));
  });
  app.notFound(() => {
    throw new Failure(
      'unknown_command',
      'This Mooring does not know that command; is it older than the command line?',
      {
        status: 404,
      },
    );
  });
  return app;
}
