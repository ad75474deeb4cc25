import { createReadStream } from 'node:fs';
import { collectBytes } from '../../core/byte-collector.ts';
import { Failure } from '../../core/failure.ts';

/** Bytes of what is read from a file or from stdin: more than gateways let through (`limits.requestBodyBytes`). */
const MAX_BYTES = 16 * 1024 ** 2;

/** Where texts come from that are not written in the command, so that no process list shows them. */
export interface InputText {
  /** `-` is stdin, which can be read once; all else is a file. Throws `usage`. */
  read(from: string, wantedBy: string): Promise<string>;
}

export function inputText(stdin: NodeJS.ReadableStream = process.stdin): InputText {
  let takenBy: string | undefined;
  return {
    async read(from, wantedBy) {
      if (from !== '-') return readAll(createReadStream(from), from);
      if (takenBy !== undefined) {
        throw new Failure('usage', `Both ${takenBy} and ${wantedBy} would read stdin. Give one of them as @FILE.`);
      }
      takenBy = wantedBy;
      return readAll(stdin, 'stdin');
    },
  };
}

async function readAll(stream: NodeJS.ReadableStream, name: string): Promise<string> {
  const collected = collectBytes(MAX_BYTES);
  try {
    for await (const chunk of stream) {
      if (!collected.add(Buffer.from(chunk))) throw new Failure('usage', `${name} has more than 16 MiB.`);
    }
  } catch (error) {
    throw error instanceof Failure ? error : unreadable(name, error as NodeJS.ErrnoException);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(collected.bytes());
  } catch {
    throw new Failure('usage', `${name} is not UTF-8 text. Give binary content in Base64, where the tool takes that.`);
  }
}

const unreadable = (name: string, { code, message }: NodeJS.ErrnoException): Failure =>
  new Failure(
    'usage',
    code === 'ENOENT'
      ? `There is no file ${name}. For text that begins with @, write NAME:='"@…"'.`
      : `${name} cannot be read: ${message}.`,
  );
