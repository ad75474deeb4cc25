import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Handler } from 'hono';
import { conditionOf, isTrue } from '../crds/condition-of.ts';
import { Failure } from '../core/failure.ts';
import type { MooringConfig } from '../core/mooring-config.ts';
import type { Authenticate } from './auth/authenticate.ts';
import { authorize } from './auth/authorize.ts';
import { answerPreflight } from './for-every-origin.ts';
import type { GatewayEnv } from './gateway-env.ts';
import type { HostNames } from './host-rule.ts';
import { originRule, type Origins } from './origin-rule.ts';
import type { ProtectedResources } from './protected-resources.ts';
import { REGISTRY_PATH } from './public-paths.ts';
import type { Forwarder } from './proxy/forward.ts';
import { refuseNavigation } from './proxy/refuse-navigation.ts';
import { readRequestBody } from './proxy/request-body.ts';

export interface EndpointParts {
  readonly resources: ProtectedResources;
  readonly authenticate: Authenticate;
  readonly forwarder: Forwarder;
  /** The same object until the configuration changes. */
  readonly names: () => HostNames & Origins;
  readonly limits: () => MooringConfig['limits'];
}

/** Passes on by returning nothing, or answers; refuses by throwing a Failure. */
type Step = (c: Context<GatewayEnv>) => Response | undefined | Promise<Response | undefined>;

/** Seconds. Servers start in one to five. */
const RETRY_UNAVAILABLE = '5';

/** The reason of a server that needs nothing but time. */
const STARTING = 'Starting';

/** What happens to a request to an MCP endpoint; the order stands in app.ts. */
export function endpointSteps(parts: EndpointParts) {
  const { resources, authenticate, forwarder, names, limits } = parts;
  const checkOriginOf = originRule(names);

  const resolve: Step = (c) => {
    const resource = resources.named(c.req.param('name') ?? '');
    if (!resource?.server) {
      throw new Failure('unknown_server', `There is no such server here. ${REGISTRY_PATH} lists those that are.`, {
        status: 404,
      });
    }
    c.set('server', resource.server);
    c.set('resource', resource);
    return undefined;
  };

  const checkOrigin: Step = (c) => {
    const { incoming, outgoing } = c.env;
    refuseNavigation(incoming.headers);
    checkOriginOf(incoming, outgoing);
    return incoming.method === 'OPTIONS' ? answerPreflight(incoming, 'GET, POST, DELETE') : undefined;
  };

  const identifyCaller: Step = (c) => {
    const caller = authenticate(c.env.incoming, c.get('resource'));
    if (caller instanceof Promise) return caller.then((later) => c.set('caller', later)).then(passOn);
    c.set('caller', caller);
    return undefined;
  };

  const readBody: Step = async (c) => {
    const { incoming } = c.env;
    if (incoming.method === 'POST') c.set('body', await readRequestBody(incoming, limits()));
    return undefined;
  };

  const checkScopes: Step = (c) => {
    authorize(c.get('caller'), c.get('server'), c.get('resource'), c.get('body')?.messages);
    return undefined;
  };

  const forward: Step = async (c) => {
    const server = c.get('server');
    if (!isTrue(server.status, 'Available')) {
      const reason = conditionOf(server.status, 'Ready')?.reason ?? STARTING;
      const next = reason === STARTING ? 'Send the request again.' : 'Its owner sees why with `mooring list`.';
      throw new Failure('server_unavailable', `The server is not running at the moment (${reason}). ${next}`, {
        status: 503,
        headers: { 'retry-after': RETRY_UNAVAILABLE },
      });
    }
    const { incoming, outgoing } = c.env;
    const body = c.get('body');
    const sentAt = performance.now();
    const exchange = { incoming, outgoing, server, caller: c.get('caller'), ...(body && { body }) };
    const forwarded = await forwarder.forward(exchange);
    c.set('forwarded', forwarded);
    c.set('headAt', sentAt + forwarded.waited);
    return RESPONSE_ALREADY_SENT;
  };

  return { resolve, checkOrigin, identifyCaller, readBody, checkScopes, forward };
}

/** Runs the steps until one answers, and waits only where a step does: Hono's own chain would cost promises for each of them. */
export const inOrder =
  (steps: readonly Step[]): Handler<GatewayEnv> =>
  async (c) => {
    for (const step of steps) {
      const outcome = step(c);
      const answer = outcome instanceof Promise ? await outcome : outcome;
      if (answer) return answer;
    }
    return c.notFound();
  };

const passOn = (): undefined => undefined;
