import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Failure } from '../../core/failure.ts';
import { homePaths } from '../../core/home.ts';
import { handedOver } from '../caller/handed-over.ts';
import type { ControlError } from './protocol.ts';

/**
 * As an import, `node:http` would be wrapped as an ES module, and that reads each of its exports: `WebSocket` is one that loads all of undici, 50 ms for
 * every command.
 */
const { request } = process.getBuiltinModule('node:http');

/** A local process answers in milliseconds; this only ends a hang. */
const TIMEOUT_MS = 10_000;

/** Asks the running `mooring up` of this state folder. Throws the Failure that it answers, or `not_running`. */
export async function askControl<Answer>(
  home: string,
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await send(home, method, path, body);
  return (await jsonOf(response, home)) as Answer;
}

/** Opens an answer that goes on. Its bytes come as they are read; the signal ends it. Throws as `askControl` does. */
export async function openControlStream(home: string, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const response = await send(home, 'GET', path, undefined, signal);
  // It may be silent for as long as it likes.
  response.socket.setTimeout(0);
  return response;
}

async function send(
  home: string,
  method: string,
  path: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { controlSocket: socketPath } = homePaths(home);
  const identity = handedOver()?.identity;
  const headers = {
    'content-type': 'application/json',
    ...(identity !== undefined && { 'mooring-identity': identity }),
  };
  const outgoing = request({ socketPath, method, path, headers, ...(signal && { signal }) });
  outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
  outgoing.on('error', reject).on('response', resolve);
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const response = await promise.catch(asUnreachable(home));
  if ((response.statusCode ?? 0) < 300) return response;
  const answer = (await jsonOf(response, home)) as Partial<ControlError> | null;
  const { error, error_description, error_id } = answer ?? {};
  if (typeof error !== 'string' || typeof error_description !== 'string' || typeof error_id !== 'string')
    throw notMooring(home);
  throw new Failure(error, error_description, { status: response.statusCode ?? 0, id: error_id });
}

async function jsonOf(response: IncomingMessage, home: string): Promise<unknown> {
  const answer = await text(response).catch(asUnreachable(home));
  try {
    return JSON.parse(answer);
  } catch {
    throw notMooring(home);
  }
}

const notMooring = (home: string): Failure =>
  new Failure(
    'control_unreachable',
    `What listens on ${homePaths(home).controlSocket} does not answer like Mooring. Start \`mooring up\` again, or give another --home.`,
  );

/** What an error of the socket says to a person. */
const asUnreachable =
  (home: string) =>
  (error: NodeJS.ErrnoException): never => {
    const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
    throw absent
      ? new Failure(
          'not_running',
          `Nothing runs in ${home}. Start it with \`mooring up --home ${home}\`; what was started by \`npm start\` is in .mooring of its checkout: export MOORING_HOME with that path.`,
        )
      : new Failure('control_unreachable', `${homePaths(home).controlSocket} does not answer: ${error.message}.`);
  };
