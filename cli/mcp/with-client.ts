import { StreamableHTTPClientTransport, type Client, type VersionNegotiationMode } from '@modelcontextprotocol/client';
import { Failure } from '../../core/failure.ts';
import { commandFor } from '../places/command-for.ts';
import type { Place, ServerView } from '../places/place.ts';
import { accessHints } from './access-hints.ts';
import { asFailure, isTimeout } from './as-failure.ts';
import { gatewayFetch } from './gateway-fetch.ts';
import { openConnection, type Connection, type OpenOptions } from './open-connection.ts';
import { quietly } from './quietly.ts';

/** Milliseconds for each answer until the connection stands: a person waits for it. */
const CONNECT_MS = 10_000;

/** Of them, for the question whether a server speaks the modern era: a legacy one may never answer what it does not know, and time is left for it. */
const PROBE_MS = 4000;

export interface ClientOptions extends Pick<OpenOptions, 'signal' | 'prepare'> {
  /** Space-separated; default: what the place gives. */
  readonly scope?: string | undefined;
  /** Default: the modern era, and the legacy one where the server does not know it. */
  readonly mode?: VersionNegotiationMode;
}

/** Connects to a server as the person who asks, does the work and says goodbye. Throws a Failure for everything that the SDK throws. */
export const withClient = async <Result>(
  place: Place,
  server: ServerView,
  options: ClientOptions,
  work: (client: Client) => Promise<Result>,
): Promise<Result> => quietly(async () => converse(place, server, options, work));

async function converse<Result>(
  place: Place,
  server: ServerView,
  { scope, signal, mode, prepare }: ClientOptions,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { url, token } = await place.access(server, scope);
  if (!URL.canParse(url)) throw hasNoUrl(place, server);
  const http = gatewayFetch(accessHints(place));
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  const open = async (withMode: VersionNegotiationMode, timeout: number): Promise<Connection> => {
    const transport = new StreamableHTTPClientTransport(new URL(url), { fetch: http.fetch, requestInit: { headers } });
    return openConnection(transport, { mode: withMode, timeout, signal, prepare });
  };
  const openEither = async (): Promise<Connection> =>
    open('auto', PROBE_MS).catch(async (error: unknown) => {
      if (signal.aborted || !isTimeout(error)) throw error;
      return open('legacy', CONNECT_MS - PROBE_MS);
    });

  let connection: Connection | undefined;
  try {
    if (mode === undefined) connection = await openEither();
    else connection = await open(mode, mode === 'legacy' ? CONNECT_MS : PROBE_MS);
    return await work(connection.client);
  } catch (error) {
    throw signal.aborted ? signal.reason : asFailure(error, http.brokenBy());
  } finally {
    await connection?.close();
    await http.close();
  }
}

const hasNoUrl = (place: Place, server: ServerView): Failure =>
  new Failure(
    'not_ready',
    `${server.metadata.name} has no URL: it is not ready yet. \`${commandFor({ place, server }, 'show')}\` says why.`,
  );
