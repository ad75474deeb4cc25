import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { isTrue } from '../crds/mcpserver-status.ts';
import { qualifiedName } from '../crds/mcpserver.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import type { MooringConfig } from '../core/mooring-config.ts';
import { authorize } from './auth/authorize.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { ANONYMOUS } from './auth/caller.ts';
import { isAuthorizationServerPath } from './authorization-server/paths.ts';
import type { GatewayEnv } from './gateway-env.ts';
import { hostRule, type HostNames } from './host-rule.ts';
import type { Metrics } from './metrics.ts';
import { answerPreflight, originRule, type Origins } from './origin-rule.ts';
import type { ProtectedResources } from './protected-resources.ts';
import type { Forwarder } from './proxy/forward.ts';
import { refuseNavigation } from './proxy/refuse-navigation.ts';
import { readRequestBody } from './proxy/request-body.ts';
import { METADATA_PREFIX, REGISTRY_PATH } from './public-paths.ts';
import { plainRefusal, rpcRefusal, toFailure } from './refusals.ts';
import { catalogue } from './registry/catalogue.ts';
import { resourceMetadata } from './resource-metadata.ts';
import type { ServerIndex } from './server-index.ts';
import { homePage, HOME_PAGE_POLICY } from './ui/home-page.ts';

export interface AppParts {
  readonly index: ServerIndex;
  readonly resources: ProtectedResources;
  readonly authenticate: Authenticate;
  readonly authorizationServer: {
    handle(incoming: GatewayEnv['Bindings']['incoming'], outgoing: GatewayEnv['Bindings']['outgoing']): void;
  };
  readonly forwarder: Forwarder;
  readonly metrics: Metrics;
  /** The same object until the configuration changes. */
  readonly names: () => HostNames & Origins;
  readonly limits: () => MooringConfig['limits'];
  /** Public keys that servers verify `Mooring-Identity` with. */
  readonly identityJwks: object;
  readonly log: Log;
}

const ENDPOINT = '/api/v1/mcp/:name/mcp';

/** Everything that the public port answers, from top to bottom. */
export function createApp(parts: AppParts): Hono<GatewayEnv> {
  const { resources, authorizationServer, identityJwks, names } = parts;
  const app = new Hono<GatewayEnv>();
  const issuer = (): string => names().publicUrl;

  app.use(host(parts));

  // One MCP server each.
  app.use(ENDPOINT, observe(parts), resolve(parts), origin(parts), authenticateCaller(parts));
  app.post(ENDPOINT, readBody(parts));
  app.all(ENDPOINT, authorizeRequest(parts), forward(parts));

  // What clients read before they have a token.
  app.use(`${METADATA_PREFIX}/*`, forEveryOrigin);
  app.get(`${METADATA_PREFIX}${ENDPOINT}` as const, (c) =>
    c.json(resourceMetadata(found(parts, c.req.param('name')).resource, issuer())),
  );
  app.get(METADATA_PREFIX + REGISTRY_PATH, (c) => c.json(resourceMetadata(resources.registry(), issuer())));
  app.use(REGISTRY_PATH, forEveryOrigin);
  app.get(REGISTRY_PATH, async (c) => {
    const caller = await parts.authenticate(c.env.incoming, resources.registry());
    return c.json({ servers: catalogue(resources.list(), caller) }, 200, { 'cache-control': 'no-store' });
  });
  app.get('/.well-known/mooring-identity-jwks.json', (c) => c.json(identityJwks));

  // Signing in.
  app.use(async (c, next) => {
    if (!isAuthorizationServerPath(c.req.path)) return next();
    authorizationServer.handle(c.env.incoming, c.env.outgoing);
    return RESPONSE_ALREADY_SENT;
  });

  // For people.
  app.get('/', (c) =>
    c.html(homePage(catalogue(resources.list(), ANONYMOUS)), 200, {
      'content-security-policy': HOME_PAGE_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    }),
  );

  app.notFound(() => {
    throw new Failure('not_found', 'There is nothing here. Servers are at /api/v1/mcp/<name>/mcp.', { status: 404 });
  });
  app.onError((error, c) => refuse(parts, error, c));
  return app;
}

type Step = MiddlewareHandler<GatewayEnv, typeof ENDPOINT>;

function host({ names }: AppParts): MiddlewareHandler<GatewayEnv> {
  const check = hostRule(names);
  return async function checkHost(c, next) {
    check(c.env.incoming);
    return next();
  };
}

/** Counts what was answered, by whoever answered it. */
function observe({ metrics }: AppParts): Step {
  return async function observeRequest(c, next) {
    const startedAt = performance.now();
    await next();
    const server = c.get('server');
    const { outgoing, incoming } = c.env;
    const status = outgoing.headersSent ? outgoing.statusCode : c.res.status;
    // Names that are no servers' are one series: anybody can invent them.
    const waited = c.get('waited') ?? performance.now() - startedAt;
    metrics.observe(server ? qualifiedName(server) : '', incoming.method ?? '', status, waited);
  };
}

function resolve(parts: AppParts): Step {
  return async function resolveServer(c, next) {
    refuseNavigation(c.env.incoming.headers);
    c.set('server', found(parts, c.req.param('name')).server);
    return next();
  };
}

function origin({ names }: AppParts): Step {
  const check = originRule(names);
  return async function checkOrigin(c, next) {
    check(c.env.incoming, c.env.outgoing);
    if (c.env.incoming.method !== 'OPTIONS') return next();
    return answerPreflight(c.env.incoming.headers['access-control-request-headers']);
  };
}

function authenticateCaller({ authenticate, resources }: AppParts): Step {
  return async function authenticateRequest(c, next) {
    const server = c.get('server');
    const resource = resources.ofServer(server);
    const caller = authenticate(c.env.incoming, resource);
    c.set('caller', caller instanceof Promise ? await caller : caller);
    // What every request needs is known before the body is: nobody uploads for nothing.
    authorize(c.get('caller'), server, resource, undefined);
    return next();
  };
}

function readBody({ limits }: AppParts): Step {
  return async function readBodyOnce(c, next) {
    c.set('body', await readRequestBody(c.env.incoming, limits()));
    return next();
  };
}

function authorizeRequest({ resources }: AppParts): Step {
  return async function authorizeOperation(c, next) {
    const server = c.get('server');
    authorize(c.get('caller'), server, resources.ofServer(server), c.get('body')?.messages);
    return next();
  };
}

function forward({ forwarder }: AppParts): Step {
  return async function forwardToBackend(c) {
    const { server, caller, body } = c.var;
    if (!isTrue(server.status, 'Available')) {
      throw new Failure('backend_unavailable', 'The server is not running at the moment. Send the request again.', {
        status: 503,
        headers: { 'retry-after': '1' },
      });
    }
    const { incoming, outgoing } = c.env;
    const { waited } = await forwarder.forward({ incoming, outgoing, server, caller, ...(body && { body }) });
    c.set('waited', waited);
    return RESPONSE_ALREADY_SENT;
  };
}

function found({ index, resources }: AppParts, name: string) {
  const server = index.find(name);
  if (server) return { server, resource: resources.ofServer(server) };
  throw new Failure(
    'unknown_server',
    'There is no such server here. The registry at /api/v1/mcp/registry lists those that are.',
    {
      status: 404,
    },
  );
}

/** CORS for what anybody may read; never with credentials. */
const forEveryOrigin: MiddlewareHandler<GatewayEnv> = async (c, next) => {
  c.env.outgoing.setHeader('access-control-allow-origin', '*');
  c.env.outgoing.setHeader('access-control-expose-headers', 'WWW-Authenticate');
  return c.req.method === 'OPTIONS' ? answerPreflight(c.req.header('access-control-request-headers')) : next();
};

function refuse({ log }: AppParts, error: unknown, c: Context<GatewayEnv>): Response {
  const server = c.get('server');
  const failure = toFailure(error, log, { path: c.req.path, ...(server && { server: qualifiedName(server) }) });
  const isEndpoint = c.req.path.startsWith('/api/v1/mcp/') && c.req.path !== REGISTRY_PATH;
  return isEndpoint ? rpcRefusal(failure, c.get('body')) : plainRefusal(failure);
}
