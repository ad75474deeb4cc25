import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import { Failure } from '../core/failure.ts';
import { ANONYMOUS } from './auth/caller.ts';
import { METADATA_PATH as ISSUER_METADATA_PATH } from './authorization-server/paths.ts';
import { endpointSteps, inOrder, type EndpointParts } from './endpoint-steps.ts';
import { forEveryOrigin } from './for-every-origin.ts';
import type { App, GatewayEnv } from './gateway-env.ts';
import { hostRule } from './host-rule.ts';
import { observed, type ObserverParts } from './observed.ts';
import { checkPath } from './path-rule.ts';
import { pageSteps, type PageParts } from './pages/page-steps.ts';
import { endpointPath, METADATA_PREFIX, pagePath, REGISTRY_PATH, SIGNED_IN_PATH } from './public-paths.ts';
import { refuse } from './refusals.ts';
import { catalogue } from './registry/catalogue.ts';
import { resourceMetadata } from './resource-metadata.ts';
import type { ServerIndex } from './server-index.ts';
import { HOME_PAGE_HEADERS, homePage } from './ui/home-page.ts';

export interface AppParts extends EndpointParts, ObserverParts, PageParts {
  readonly index: ServerIndex;
  readonly authorizationServer: {
    handle(incoming: GatewayEnv['Bindings']['incoming'], outgoing: GatewayEnv['Bindings']['outgoing']): void;
  };
  /** Public keys that servers verify `Mooring-Identity` with. */
  readonly identityJwks: () => object;
}

/** Everything that the public port answers, once the Host is known to be ours. A step passes on, answers, or throws a Failure. */
export function createApp(parts: AppParts): App {
  const { index, resources, names, authorizationServer, authenticate, identityJwks } = parts;
  const { resolve, checkOrigin, identifyCaller, readBody, checkScopes, forward } = endpointSteps(parts);
  const pages = pageSteps(parts);
  const checkHost = hostRule(names);
  const app = new Hono<GatewayEnv>();

  // One request to an MCP server, from top to bottom.
  app.all(
    endpointPath(':name'),
    observed(
      inOrder([
        resolve, //        404 a name that is unknown, disabled or not accepted
        checkOrigin, //    403 pages of foreign origins; answers preflights
        identifyCaller, // 401 403 by the access token, whatever is asked
        readBody, //       400 408 413 415
        checkScopes, //    401 403 by what is asked
        forward, //        502 503 504, or what the server answers
      ]),
      parts,
    ),
  );

  // What clients read before they have a token.
  app.on(['GET', 'OPTIONS'], `${METADATA_PREFIX}/*`, forEveryOrigin, (c) => {
    const resource = resources.find(names().publicUrl + c.req.path.slice(METADATA_PREFIX.length));
    return resource ? c.json(resourceMetadata(resource, names().publicUrl)) : c.notFound();
  });
  // A fixed segment beside the parameter of the endpoints would cost Hono its fast router.
  app.on(['GET', 'OPTIONS'], REGISTRY_PATH.replace(/[^/]+$/, ':registry'), forEveryOrigin, async (c) => {
    if (c.req.path !== REGISTRY_PATH) return c.notFound();
    const caller = await authenticate(c.env.incoming, resources.registry()); // 401
    return c.json({ servers: catalogue(index, resources, caller) }, 200, { 'cache-control': 'no-store' });
  });
  app.get('/.well-known/mooring-identity-jwks.json', (c) => c.json(identityJwks()));

  // Signing in. It has its own rules and answers by itself.
  for (const path of [ISSUER_METADATA_PATH, '/oauth/*']) {
    app.all(path, ({ env }) => {
      authorizationServer.handle(env.incoming, env.outgoing);
      return RESPONSE_ALREADY_SENT;
    });
  }

  // For people.
  app.all(pagePath(':name', ':page', ':id'), pages.open);
  app.get(SIGNED_IN_PATH, pages.signedIn);
  app.get('/', (c) => c.html(homePage(catalogue(index, resources, ANONYMOUS)), 200, HOME_PAGE_HEADERS));

  app.notFound(() => {
    throw new Failure(
      'not_found',
      `There is nothing here. Servers are at ${endpointPath('<name>')}; ${REGISTRY_PATH} lists them.`,
      { status: 404 },
    );
  });
  app.onError((error, c) => refuse(error, c, parts));

  return {
    fetch: (request, env) => {
      checkHost(env.incoming); // 421, on every path
      checkPath(env.incoming); // 404, what means another path than it says
      return app.fetch(request, env);
    },
  };
}
