import { once } from 'node:events';
import { Failure } from '../../core/failure.ts';
import type { LogsOptions } from '../commands/logs.ts';
import { EXIT } from '../exit-codes.ts';
import { colour } from '../output/colour.ts';
import { harmless } from '../output/harmless.ts';
import { plain } from '../output/plain.ts';
import { capability } from '../places/capability.ts';
import { findServer } from '../places/find-server.ts';
import type { LogLine } from '../places/log-request.ts';
import type { Place, ServerView } from '../places/place.ts';

/** Writes the output of a server to stdout, line by line, until it ends or Ctrl-C. */
export async function showLogs(place: Place, name: string, options: LogsOptions): Promise<void> {
  if (options.follow && options.previous) {
    throw new Failure('usage', 'What ended cannot be followed: give --follow or --previous.');
  }
  const logs = capability(place, 'logs');
  const server = await findServer(place, name);
  refuseRemote(server);
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  // Nobody reads on.
  const left = new AbortController();
  process.stdout.once('error', () => left.abort());
  const { follow = false, since, tail, previous, timestamps = false } = options;
  const signal = AbortSignal.any([interrupted.signal, left.signal]);
  const lines = logs(server, { follow, sinceMs: since, tail, previous, onNote: tellNote, signal });
  let isSilent = true;
  for await (const line of lines) {
    isSilent = false;
    if (!process.stdout.write(textOf(line, timestamps))) await drained(signal);
    if (signal.aborted) break;
  }
  if (interrupted.signal.aborted) process.exitCode = EXIT.interrupted;
  else if (isSilent && !left.signal.aborted && tail !== 0)
    tellNote(`${name} has written nothing${since === undefined ? ' yet' : ' in that time'}.`);
}

/** Whoever reads takes more, or the signal ends the waiting. */
async function drained(signal: AbortSignal): Promise<void> {
  await once(process.stdout, 'drain', { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

function refuseRemote({ metadata, spec }: ServerView): void {
  if (!spec.remote) return;
  throw new Failure(
    'no_output',
    `${metadata.name} runs elsewhere (spec.remote): its output is there too. \`mooring show ${metadata.name}\` says what is known of it.`,
  );
}

function textOf({ at, pod, text }: LogLine, timestamps: boolean): string {
  const safe = process.stdout.isTTY ? plain(text) : text;
  return [
    ...(pod === undefined ? [] : [colour('cyan', `[${pod}]`)]),
    ...(timestamps ? [at ?? '-'] : []),
    `${safe}\n`,
  ].join(' ');
}

const tellNote = (note: string): void => void process.stderr.write(`mooring: ${harmless(note)}\n`);
