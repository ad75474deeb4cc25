import { textLines } from '../../crds/text-lines.ts';
import { Failure } from '../../core/failure.ts';
import { parseLogLine } from '../../operator/local/log-line.ts';
import { openControlStream } from '../control/client.ts';
import type { LogLine, LogRequest } from './log-request.ts';
import type { ServerView } from './place.ts';

/** Bytes. Mooring cuts lines at 8192 characters, which are fewer. */
const MAX_LINE = 64 * 1024;

/** The output of a server of this machine. Following it outlives the server's processes, and ends with a Failure when Mooring ends. */
export async function* laptopLogs(home: string, server: ServerView, request: LogRequest): AsyncGenerator<LogLine> {
  const { follow, sinceMs, tail, previous, signal } = request;
  if (previous) {
    throw new Failure(
      'usage',
      '--previous is for a cluster. Here all processes of a server write into one log: leave it out.',
    );
  }
  try {
    const stream = await openControlStream(home, pathOf(server, { follow, sinceMs, tail }), signal);
    for await (const line of textLines(stream, MAX_LINE)) yield parseLogLine(line);
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof Failure ? error : stopped(home);
  }
  if (follow && !signal.aborted) throw stopped(home);
}

function pathOf({ metadata }: ServerView, query: Readonly<Record<string, number | boolean | undefined>>): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  );
  const path = [metadata.namespace ?? 'default', metadata.name].map(encodeURIComponent).join('/');
  return `/v1/logs/${path}?${new URLSearchParams(given).toString()}`;
}

const stopped = (home: string): Failure =>
  new Failure('not_running', `The Mooring in ${home} has stopped. Start it again, then ask again.`);
