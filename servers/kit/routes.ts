import {
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  type McpHttpHandler,
} from '@modelcontextprotocol/server';
import { Failure } from '../../core/failure.ts';
import type { VerifiedIdentity } from '../../core/identity-token.ts';
import type { Log } from '../../core/log.ts';
import { callerOf } from './caller.ts';
import type { Answer } from './http-listener.ts';
import { jsonRpcError } from './json-rpc-error.ts';
import type { LegacyMessages } from './legacy-messages.ts';
import { refuseBeyondDiscovery } from './operator-limits.ts';
import { isPagePath, MAX_PAGE_BODY } from './page-routes.ts';
import { patientAnswer } from './patient-answer.ts';
import type { Identify } from './require-identity.ts';
import { isLoopback } from './server-environment.ts';
import type { ServerMetrics } from './server-metrics.ts';

/** Bytes of a request: the default of the gateway, which refuses more before it gets here. */
const MAX_BODY = 4 * 1024 * 1024;

export interface Routes {
  readonly mcp: McpHttpHandler;
  readonly identify: Identify;
  readonly legacy: LegacyMessages;
  /** Answers below `/pages/`. */
  readonly page: (identity: VerifiedIdentity, request: Request, readBody: () => Promise<string>) => Promise<Response>;
  readonly metrics: Pick<ServerMetrics, 'render'>;
  /** Rejects with what is missing. */
  readonly ready: () => Promise<void>;
  /** Where the server listens. */
  readonly host: string;
  readonly log: Log;
}

/**
 * Everything that a server answers over HTTP: `/mcp` for who has an identity; `/healthz`, `/readyz` and `/metrics` for all who
 * reach this port, which the gateway's clients do not: it sends them to the path of the manifest only. Below `/pages/` it comes itself,
 * for people who type something on a page.
 */
export function routes({ mcp, identify, legacy, page, metrics, ready, host, log }: Routes): Answer {
  const answerMcp: Answer = async (request, readBody) => {
    const identity = await identify(request.headers);
    const isPost = request.method === 'POST';
    const parsedBody = isPost ? parsed(await readBody(MAX_BODY)) : undefined;
    if (isPost) refuseBeyondDiscovery(identity, parsedBody);
    const caller = callerOf(identity, request.headers);
    if (isPost && legacy.take(caller, parsedBody)) return new Response(null, { status: 202 });
    const { clientId = '', scopes } = identity;
    // `token` is what the SDK's type wants; nobody behind this line needs one.
    const authInfo = { token: '', clientId, scopes: [...scopes], extra: { caller } };
    const answer = mcp.fetch(request, { authInfo, parsedBody });
    return patientAnswer(request, withHeaders(answer, legacy.headers(parsedBody)));
  };

  return async (request, readBody) => {
    try {
      const { pathname } = new URL(request.url);
      if (isPagePath(pathname)) {
        const wrongHost = rebinding(request, host);
        if (wrongHost) return wrongHost;
        return await page(await identify(request.headers), request, async () => readBody(MAX_PAGE_BODY));
      }
      switch (pathname) {
        case '/healthz':
          return state(200, 'ok');
        case '/readyz':
          return await ready().then(
            () => state(200, 'ok'),
            (missing: Error) => state(503, missing.message),
          );
        case '/metrics':
          return rebinding(request, host) ?? (await metrics.render());
        case '/mcp':
          return rebinding(request, host) ?? (await answerMcp(request, readBody));
        default:
          throw new Failure('not_found', 'There is nothing here. MCP is served on /mcp.', { status: 404 });
      }
    } catch (error) {
      return refused(error, request, log);
    }
  };
}

async function withHeaders(answer: Promise<Response>, headers: Record<string, string>): Promise<Response> {
  const response = await answer;
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

const state = (status: 200 | 503, message: string): Response => Response.json({ status: message }, { status });

/**
 * On loopback a web page could reach us by a name of its own (DNS rebinding); elsewhere the host has names that only the
 * platform knows. `Origin` is the gateway's to judge: what has an identity came through it.
 */
const rebinding = (request: Request, host: string): Response | undefined =>
  isLoopback(host) ? hostHeaderValidationResponse(request, localhostAllowedHostnames()) : undefined;

/** Undefined where the text is not JSON: the SDK answers that with the parse error of JSON-RPC. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(error: unknown, request: Request, log: Log): Response {
  const failure =
    error instanceof Failure ? error : new Failure('internal_error', 'The server met a bug.', { cause: error });
  const { id, code, status, detail, cause } = failure;
  if (request.signal.aborted) log.debug({ id, code, err: cause }, 'client went away');
  else if (status >= 500) log.error({ id, code, err: cause ?? failure }, 'request failed');
  else log.info({ id, code, detail }, 'request refused');
  return jsonRpcError(failure);
}
