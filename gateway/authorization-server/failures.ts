import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { areTablesGone, isDatabaseAway } from '../../core/database-away.ts';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import { problemPage } from './pages/problem-page.ts';
import type { Middleware } from './middleware.ts';
import { isPage } from './paths.ts';

/** An IncomingMessage; Koa reports errors also when its socket is taken from it. */
interface OnSocket {
  readonly socket: Socket | null;
}

export interface Failures {
  /** The failure of an error of a request, logged when it is seen first: answer and log line share its id. */
  of(error: Error, request: OnSocket): Failure;
  /** `renderError` of oidc-provider: errors that a person sees. */
  readonly render: (ctx: KoaContextWithOIDC, out: unknown, error: Error) => Promise<void>;
  /** Answers what our own middleware throws. */
  readonly answer: Middleware;
  /** Adds the id to the JSON errors of oidc-provider (RFC 6749 section 5.2 allows further members) and logs them. */
  watch(provider: EventEmitter): void;
}

/** Endpoints for machines answer errors as JSON, also without an Accept header. */
const EVENTS_OF_MACHINES = [
  'grant.error',
  'registration_create.error',
  'revocation.error',
  'jwks.error',
  'discovery.error',
];

/** Seconds. A database that starts anew takes about as long. */
const RETRY_AFTER = { 'retry-after': '5' };

export function createFailures(log: Log): Failures {
  const known = new WeakMap<Error, Failure>();
  const of = (error: Error, { socket }: OnSocket): Failure => {
    const failure = known.get(error) ?? toFailure(error, socket?.destroyed ?? true);
    if (!known.has(error)) {
      known.set(error, failure);
      const { id, code, status, message, detail } = failure;
      const line = { id, code, status, ...detail };
      if (failure.code === CLIENT_LEFT) log.debug(line, message);
      else if (status === 503) log.warn({ ...line, cause: error.message }, message);
      else if (status >= 500) log.error({ ...line, err: error }, message);
      else log.info(line, message);
    }
    return failure;
  };
  const show = async (ctx: KoaContextWithOIDC, failure: Failure): Promise<void> => {
    const { id, code, status, message, headers } = failure;
    ctx.status = status;
    ctx.set({ ...headers });
    if (isPage(ctx.path)) {
      ctx.type = 'html';
      ctx.body = String(await problemPage(failure));
    } else {
      ctx.body = { error: code, error_description: message, error_id: id };
    }
  };
  return {
    of,
    render: (ctx, _out, error) => show(ctx, of(error, ctx.req)),
    answer: async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        await show(ctx, of(error as Error, ctx.req));
      }
    },
    watch(provider) {
      const note = (ctx: KoaContextWithOIDC, error: Error): void => {
        const { id, code, status, message, headers } = of(error, ctx.req);
        if (!isErrorBody(ctx.body)) return;
        ctx.body = { ...ctx.body, error_id: id };
        if (status !== 503) return;
        ctx.status = status;
        ctx.set({ ...headers });
        ctx.body = { error: code, error_description: message, error_id: id };
      };
      for (const event of [...EVENTS_OF_MACHINES, 'authorization.error', 'server_error']) provider.on(event, note);
      // Koa would write to stderr.
      provider.on('error', (error: Error, ctx: KoaContextWithOIDC) => of(error, ctx.req));
    },
  };
}

const isErrorBody = (body: unknown): body is { error: string } =>
  typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';

/** What the streams of Node and their readers say when the other side is gone: raw-body, Koa's own pipe. */
const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE']);

const CLIENT_LEFT = 'client_closed_request';

/** The database is lost with the same codes, while the client is there. */
function toFailure(error: Error, hasClientLeft: boolean): Failure {
  if (error instanceof Failure) return error;
  if (hasClientLeft && 'code' in error && typeof error.code === 'string' && GONE.has(error.code)) {
    return new Failure(CLIENT_LEFT, 'The client closed the connection before it was answered.', {
      status: 499,
      detail: { cause: error.code },
    });
  }
  if (isDatabaseAway(error) || areTablesGone(error)) {
    // The code of RFC 6749 section 4.1.2.1.
    return new Failure(
      'temporarily_unavailable',
      'Nobody can sign in at the moment, because the database is away. Try again in a few seconds.',
      { status: 503, cause: error, headers: RETRY_AFTER },
    );
  }
  if (!(error instanceof errors.OIDCProviderError) || error.status >= 500) {
    return new Failure('server_error', 'Something went wrong on this server. The log has the cause under this id.', {
      cause: error,
    });
  }
  const { error: code, status, error_description: description, error_detail: detail } = error;
  return new Failure(
    code,
    advice(error) ?? `The app asked for something that is not possible: ${description ?? code}.`,
    {
      status,
      cause: error,
      detail: { description, detail },
    },
  );
}

/** What a person can do about the errors that cannot be sent to the app. */
function advice({ error: code, error_description: description, name }: errors.OIDCProviderError): string | undefined {
  if (name === 'SessionNotFound') {
    return 'This sign-in has expired or was started in another browser. Go back to the app and start it again.';
  }
  switch (code) {
    case 'invalid_client':
      return `The app that sent you here is not known to this server (${description ?? 'client not found'}). In the app, remove this MCP server and add it again.`;
    case 'invalid_client_metadata':
      return `The app that sent you here describes itself in a way that is not accepted: ${description}. Its makers have to change that.`;
    case 'invalid_redirect_uri':
      return 'The app that sent you here wants the answer at an address that it did not register, so it could be an impostor. In the app, remove this MCP server and add it again.';
    default:
      return undefined;
  }
}
