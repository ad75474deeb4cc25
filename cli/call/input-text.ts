import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';

/** Bytes of what is read from a file or from stdin: more than gateways let through (`limits.requestBodyBytes`). */
const MAX_BYTES = 16 * 1024 ** 2;

/** Where texts come from that are not written in the command, so that no process list shows them. */
export interface InputText {
  /** `-` is stdin, which can be read once; all else is a file. Throws `usage`, and the reason of the signal. */
  read(from: string, wantedBy: string): Promise<string>;
}

/** The signal ends the wait for somebody who types nothing. */
export function inputText(signal: AbortSignal, stdin: () => Readable = () => process.stdin): InputText {
  let takenBy: string | undefined;
  return {
    async read(from, wantedBy) {
      if (from !== '-') return readAll(createReadStream(from), { name: from, wantedBy, signal });
      if (takenBy !== undefined) {
        throw new Failure('usage', `Both ${takenBy} and ${wantedBy} would read stdin. Give one of them as @FILE.`);
      }
      takenBy = wantedBy;
      return readAll(stdin(), { name: 'stdin', wantedBy, signal });
    },
  };
}

interface Reading {
  readonly name: string;
  readonly wantedBy: string;
  readonly signal: AbortSignal;
}

async function readAll(stream: Readable, { name, wantedBy, signal }: Reading): Promise<string> {
  const collected = collectBytes(MAX_BYTES);
  try {
    for await (const chunk of addAbortSignal(signal, stream)) {
      if (!collected.add(Buffer.from(chunk))) throw new Failure('usage', `${name} has more than 16 MiB.`);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof Failure ? error : unreadable(name, wantedBy, error as NodeJS.ErrnoException);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(collected.bytes());
  } catch {
    throw new Failure('usage', `${name} is not UTF-8 text. Give binary content in Base64, where the tool takes that.`);
  }
}

const unreadable = (name: string, wantedBy: string, { code, message }: NodeJS.ErrnoException): Failure =>
  new Failure(
    'usage',
    code === 'ENOENT' ? `There is no file ${name}. ${otherwise(wantedBy)}` : `${name} cannot be read: ${message}.`,
  );

const otherwise = (wantedBy: string): string =>
  wantedBy === '--json'
    ? '--json takes the JSON itself, @FILE, or - for stdin.'
    : `For text that begins with @, write NAME:='"@…"'.`;
