import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { connect } from 'node:net';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Failure } from '../../core/failure.ts';
import type { Log } from '../../core/log.ts';
import type { ControlError } from './protocol.ts';

export interface Control {
  /** Answers from now on; until then every request gets 503 `starting`. */
  serve(app: Hono): void;
  close(): Promise<void>;
}

/** Bytes of `sun_path` in sockaddr_un (unix(7)), less its end. macOS has 103. */
const MAX_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;

/**
 * Listens on the control socket, readable by its owner only: whoever can open it is that owner. Holding the socket is also
 * what makes this process the only one in its state folder. Throws `home_in_use`.
 */
export async function openControl(path: string, log: Log): Promise<Control> {
  const telling = (app: Hono): Hono => app.onError((error) => answerFailure(error, log));
  let app = telling(
    new Hono().all('*', () => {
      throw new Failure('starting', 'Mooring is still starting. Try again in a second.', { status: 503 });
    }),
  );
  const server = createAdaptorServer({ fetch: async (request) => app.fetch(request) }) as Server;
  if (await isAnswering(path)) {
    throw new Failure(
      'home_in_use',
      `Another Mooring runs with this state folder (${path}). Stop it, or give another --home.`,
    );
  }
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new Failure(
      'home_path_too_long',
      `${path} is longer than the ${MAX_SOCKET_PATH} bytes of a Unix socket. Give a shorter --home.`,
    );
  }
  await rm(path, { force: true });
  await listenPrivately(server, path);
  return {
    serve: (next) => {
      app = telling(next);
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The umask closes the moment between bind and chmod. libuv binds Unix sockets within `listen`. */
async function listenPrivately(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const previous = process.umask(0o177);
  server.once('error', reject).listen(path, resolve);
  process.umask(previous);
  await promise;
}

/** Whether a Mooring answers on this socket. */
export async function isAnswering(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path, () => resolve(true)).on('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

function answerFailure(error: unknown, log: Log): Response {
  const failure =
    error instanceof Failure
      ? error
      : new Failure('internal_error', 'Something went wrong here; the log has the details under this id.', {
          cause: error,
        });
  if (failure.status >= 500 && failure.code !== 'starting') log.error({ err: error, id: failure.id }, failure.message);
  const body: ControlError = { error: failure.code, error_description: failure.message, error_id: failure.id };
  return Response.json(body, { status: failure.status });
}
