import type { ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Handler } from 'hono';
import { isTrue } from '../crds/mcpserver-status.ts';
import { qualifiedName, type McpServer } from '../crds/mcpserver.ts';
import { Failure } from '../core/failure.ts';
import type { Log } from '../core/log.ts';
import type { MooringConfig } from '../core/mooring-config.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { authorize } from './auth/authorize.ts';
import { answerPreflight } from './for-every-origin.ts';
import type { GatewayEnv } from './gateway-env.ts';
import type { HostNames } from './host-rule.ts';
import { methodLabel, type Metrics } from './metrics.ts';
import { originRule, type Origins } from './origin-rule.ts';
import type { ProtectedResources } from './protected-resources.ts';
import type { Forwarder } from './proxy/forward.ts';
import { refuseNavigation } from './proxy/refuse-navigation.ts';
import { readRequestBody, type RequestBody } from './proxy/request-body.ts';
import type { ServerIndex } from './server-index.ts';

export interface EndpointParts {
  readonly index: ServerIndex;
  readonly resources: ProtectedResources;
  readonly authenticate: Authenticate;
  readonly forwarder: Forwarder;
  readonly metrics: Metrics;
  /** Answers that stay open for as long as both sides like. */
  readonly streams: Set<ServerResponse>;
  /** The same object until the configuration changes. */
  readonly names: () => HostNames & Origins;
  readonly limits: () => MooringConfig['limits'];
  readonly log: Log;
}

type Step = Handler<GatewayEnv>;

/** Seconds. Servers start in one to five. */
const RETRY_UNAVAILABLE = '5';

/** What happens to a request to an MCP endpoint; the order stands in app.ts. None of them waits where it need not. */
export function endpointSteps(parts: EndpointParts) {
  const { index, resources, authenticate, forwarder, metrics, streams, names, limits, log } = parts;
  const checkOriginOf = originRule(names);

  const observe: Step = async (c, next) => {
    const startedAt = performance.now();
    await next();
    const server: McpServer | undefined = c.get('server');
    const forwarded = c.get('forwarded');
    const request = {
      // Names that are no servers' are one series: anybody can invent them.
      server: server ? qualifiedName(server) : '',
      method: methodLabel(c.env.incoming.method, c.get('body')),
      status: forwarded?.status ?? c.res.status,
      // A stream may be open for hours: what counts is how long its head took.
      seconds: ((c.get('headAt') ?? performance.now()) - startedAt) / 1000,
    };
    metrics.observe(request);
    log.debug({ ...request, outcome: forwarded?.outcome }, 'request');
  };

  const resolve: Step = (c, next) => {
    const name = c.req.param('name');
    const server = name === undefined ? undefined : index.find(name);
    if (!server) {
      throw new Failure('unknown_server', 'There is no such server here. The registry lists those that are.', {
        status: 404,
      });
    }
    c.set('server', server);
    c.set('resource', resources.ofServer(server));
    return next();
  };

  const checkOrigin: Step = (c, next) => {
    const { incoming, outgoing } = c.env;
    refuseNavigation(incoming.headers);
    checkOriginOf(incoming, outgoing);
    return incoming.method === 'OPTIONS' ? answerPreflight(incoming, 'GET, POST, DELETE') : next();
  };

  const identifyCaller: Step = async (c, next) => {
    const caller = authenticate(c.env.incoming, c.get('resource'));
    c.set('caller', caller instanceof Promise ? await caller : caller);
    return next();
  };

  const readBody: Step = async (c, next) => {
    const { incoming } = c.env;
    if (incoming.method === 'POST') c.set('body', await readRequestBody(incoming, limits()));
    return next();
  };

  const checkScopes: Step = (c, next) => {
    authorize(c.get('caller'), c.get('server'), c.get('resource'), c.get('body')?.messages);
    return next();
  };

  const forward: Step = async (c) => {
    const server = c.get('server');
    if (!isTrue(server.status, 'Available')) {
      throw new Failure('server_unavailable', 'The server is not running at the moment. Send the request again.', {
        status: 503,
        headers: { 'retry-after': RETRY_UNAVAILABLE },
      });
    }
    const { incoming, outgoing } = c.env;
    const body = c.get('body');
    if (staysOpen(incoming.method, body)) keepUntilClosed(streams, outgoing);
    const sentAt = performance.now();
    const exchange = { incoming, outgoing, server, caller: c.get('caller'), ...(body && { body }) };
    const forwarded = await forwarder.forward(exchange);
    c.set('forwarded', forwarded);
    c.set('headAt', sentAt + forwarded.waited);
    return RESPONSE_ALREADY_SENT;
  };

  return { observe, resolve, checkOrigin, identifyCaller, readBody, checkScopes, forward };
}

/** The streams of notifications of both eras. Other answers end by themselves. */
const staysOpen = (method: string | undefined, body: RequestBody | undefined): boolean =>
  method === 'GET' || body?.messages[0]?.method === 'subscriptions/listen';

function keepUntilClosed(streams: Set<ServerResponse>, outgoing: ServerResponse): void {
  streams.add(outgoing);
  outgoing.once('close', () => streams.delete(outgoing));
}
