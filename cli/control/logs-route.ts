import type { Hono } from 'hono';
import type { McpServer } from '../../crds/mcpserver.ts';
import type { ServerSource } from '../../crds/sources/source.ts';
import { Failure } from '../../core/failure.ts';
import { LogQuery } from './requests.ts';

export interface LogRange {
  readonly follow: boolean;
  readonly since?: Date | undefined;
  readonly tail?: number | undefined;
  readonly signal: AbortSignal;
}

export interface LogsDeps {
  readonly source: Pick<ServerSource, 'list'>;
  /** Lines of a server's output with their times, in portions; ends with the signal. */
  readonly readLog: (server: McpServer, range: LogRange) => AsyncIterable<readonly string[]>;
}

/** GET /v1/logs/NAMESPACE/NAME: lines of text as they come. Nothing is read before the client takes it, and nothing after it has left. */
export function addLogsRoute(app: Hono, { source, readLog }: LogsDeps): void {
  app.get('/v1/logs/:namespace/:name', (context) => {
    const { namespace, name } = context.req.param();
    const server = source.list().find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    if (!server) throw new Failure('unknown_server', `There is no server ${namespace}/${name} here.`, { status: 404 });
    const query = LogQuery.safeParse(context.req.query());
    if (!query.success) {
      throw new Failure('invalid_request', 'Ask with follow=true, sinceMs=NUMBER, tail=NUMBER, or without.', {
        status: 400,
      });
    }
    const { follow, sinceMs, tail } = query.data;
    const since = sinceMs === undefined ? undefined : new Date(Date.now() - sinceMs);
    const left = new AbortController();
    const lines = readLog(server, { follow, since, tail, signal: left.signal });
    return context.body(streamOf(lines, left), 200, { 'content-type': 'text/plain; charset=utf-8' });
  });
}

function streamOf(portions: AsyncIterable<readonly string[]>, left: AbortController): ReadableStream<Uint8Array> {
  const iterator = portions[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done) controller.close();
        else controller.enqueue(encoder.encode(next.value.map((line) => `${line}\n`).join('')));
      },
      cancel: () => left.abort(),
    },
    // Nothing in advance.
    { highWaterMark: 0 },
  );
}
