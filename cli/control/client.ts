import { text } from 'node:stream/consumers';
import { Failure } from '../../core/failure.ts';
import { homePaths } from '../../core/home.ts';
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
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const { status, answer } = await send(homePaths(home).controlSocket, method, path, body).catch(
    (error: NodeJS.ErrnoException) => {
      const absent = error.code === 'ENOENT' || error.code === 'ECONNREFUSED';
      throw absent
        ? new Failure(
            'not_running',
            `Nothing runs in ${home}. Start it with \`npm start\` in a checkout, else with \`mooring up --home ${home}\`.`,
          )
        : new Failure('control_unreachable', `${homePaths(home).controlSocket} does not answer: ${error.message}.`);
    },
  );
  if (status < 300) return JSON.parse(answer) as Answer;
  const { error, error_description, error_id } = JSON.parse(answer) as ControlError;
  throw new Failure(error, `${error_description} [${error_id}]`, { status });
}

async function send(
  socketPath: string,
  method: string,
  path: string,
  body: unknown,
): Promise<{ status: number; answer: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; answer: string }>();
  const outgoing = request({ socketPath, method, path, headers: { 'content-type': 'application/json' } });
  outgoing.setTimeout(TIMEOUT_MS, () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
  outgoing.on('error', reject);
  outgoing.on('response', (response) => {
    text(response).then((answer) => resolve({ status: response.statusCode ?? 0, answer }), reject);
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
