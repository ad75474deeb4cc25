import { createReadStream } from 'node:fs';
import { Failure } from '../../../core/failure.ts';

/** Bytes that are read: the gateway takes no token of more than 8192 characters (gateway/auth/bearer-token.ts). */
const MAX_BYTES = 16 * 1024;

/** RFC 6750 section 2.1, `b64token`. */
const TOKEN = /^[\w.~+/-]+=*$/;

/** A token from a file, from stdin (`-`), or from MOORING_TOKEN: an argument would stand in the list of processes. Throws `no_token`. */
export async function givenToken(file: string | undefined, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const source = file ?? (env['MOORING_TOKEN'] ? 'MOORING_TOKEN' : undefined);
  if (source === undefined) return undefined;
  const text = file === undefined ? (env['MOORING_TOKEN'] ?? '') : await firstBytes(file);
  const token = text.trim().replace(/^Bearer +/i, '');
  if (TOKEN.test(token)) return token;
  throw new Failure(
    'no_token',
    `There is no access token in ${source === '-' ? 'stdin' : source}: a token is one word of letters, digits and -._~+/=.`,
  );
}

async function firstBytes(file: string): Promise<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of input as AsyncIterable<Buffer>) {
      pieces.push(piece);
      length += piece.length;
      if (length > MAX_BYTES) break;
    }
  } catch (error) {
    throw new Failure('no_token', `The token cannot be read from ${file} (${(error as NodeJS.ErrnoException).code}).`);
  }
  return Buffer.concat(pieces).toString();
}
