import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { writePrivateFile } from '../../core/private-file.ts';
import { withLock } from './lock-file.ts';

const AccessToken = z.object({
  token: z.string(),
  /** Milliseconds since 1970. */
  expiresAt: z.number(),
});

/** A sign-in at one gateway. */
const Credential = z.object({
  /** The authorization server that it is from, and where that takes tokens back. */
  issuer: z.string(),
  tokenEndpoint: z.string(),
  revocationEndpoint: z.string().optional(),
  /** Changes with every use. */
  refreshToken: z.string(),
  /** By resource; one for each server. They are worth less than the token beside them, and spare most uses of it. */
  accessTokens: z.record(z.string(), AccessToken),
});
export type Credential = z.output<typeof Credential>;

/** By origin of the gateway. */
const Credentials = z.object({ gateways: z.record(z.string(), Credential) });
export type Credentials = z.output<typeof Credentials>;

/** Bytes. A gateway of 1,000 servers, each with a token, has 1 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Rights of anybody but the owner. */
const OF_OTHERS = 0o077;

/** $XDG_CONFIG_HOME/mooring/credentials.json; an empty variable is one that is not set (XDG Base Directory Specification). */
export const credentialsPath = (env: NodeJS.ProcessEnv = process.env): string =>
  join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'mooring', 'credentials.json');

/** Every sign-in. Throws `credentials_exposed` where others can read them, `credentials_unreadable` where nobody can. */
export async function readCredentials(path = credentialsPath()): Promise<Credentials> {
  const text = await readOwn(path);
  if (text === undefined) return { gateways: {} };
  const credentials = credentialsIn(text);
  if (credentials) return credentials;
  throw new Failure(
    'credentials_unreadable',
    `${path} is damaged. Remove it, and sign in again with \`mooring login URL\`.`,
  );
}

/**
 * Changes the file while no other command does; what `change` writes is written whole. What could not be read afterwards is not
 * written, so that no gateway costs a person the sign-ins at others: throws `credentials_unfit`.
 */
export async function updateCredentials<Result>(
  change: (current: Credentials, write: (next: Credentials) => Promise<void>) => Promise<Result>,
  path = credentialsPath(),
): Promise<Result> {
  return withLock(`${path}.lock`, async () =>
    change(await readCredentials(path), async (next) => {
      const text = `${JSON.stringify(next, undefined, 2)}\n`;
      if (Buffer.byteLength(text) > MAX_BYTES || !credentialsIn(text)) throw unfit(path);
      await writePrivateFile(path, text);
    }),
  );
}

const unfit = (path: string): Failure =>
  new Failure(
    'credentials_unfit',
    `The gateway's answer does not fit into ${path}, which stays as it was. Sign out where you can: mooring logout URL.`,
  );

/** Looks at the file that is open, so that nobody changes it between the look and the reading. */
async function readOwn(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Failure('credentials_unreadable', `The sign-ins cannot be read: ${error.message}.`);
  });
  if (!file) return undefined;
  try {
    const { mode, uid, size } = await file.stat();
    if (uid !== process.getuid?.()) {
      throw new Failure('credentials_exposed', `${path} belongs to somebody else. Remove it, then sign in again.`);
    }
    if ((mode & OF_OTHERS) !== 0) {
      throw new Failure(
        'credentials_exposed',
        `Others can read your sign-ins. Close the file with \`chmod 600 ${path}\`.`,
      );
    }
    if (size > MAX_BYTES) throw new Failure('credentials_unreadable', `${path} is too large to be right. Remove it.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function credentialsIn(text: string): Credentials | undefined {
  try {
    return Credentials.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
