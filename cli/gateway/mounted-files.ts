import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { parseKeyFile, type KeyFile } from '../../core/keys.ts';
import {
  ADMIN_PASSWORD_FILE,
  DATABASE_URL_FILE,
  GATEWAY_KEYS_FILE,
  IDENTITY_JWKS_FILE,
  MOUNTS_FOLDER,
} from '../../core/pod-paths.ts';
import { GATEWAY_KEYS } from '../../gateway/gateway-keys.ts';

/** What Kubernetes mounts into the pod of the gateway. Reading throws a Failure that names the file; it may be there later. */
export interface MountedFiles {
  /** Read at the start only: a key that signs must be known to every replica before. */
  keys(): Promise<KeyFile<keyof typeof GATEWAY_KEYS>>;
  readonly identityJwks: string;
  databaseUrl(): Promise<string>;
  adminPassword(): Promise<string>;
}

/** The files below `folder`, which is MOUNTS_FOLDER in a pod. */
export function mountedFiles(folder: string): MountedFiles {
  const pathOf = (file: string): string => join(folder, relative(MOUNTS_FOLDER, file));
  return {
    identityJwks: pathOf(IDENTITY_JWKS_FILE),
    keys: async () => {
      const path = pathOf(GATEWAY_KEYS_FILE);
      const rings = parseKeyFile(await read(path), path);
      const missing = Object.keys(GATEWAY_KEYS).filter((purpose) => !rings[purpose]);
      if (missing.length === 0) return rings as KeyFile<keyof typeof GATEWAY_KEYS>;
      throw new Failure(
        'key_file_incomplete',
        `${path} has no key for ${missing.join(', ')}. Add one to the Secret, or delete the Secret: another is made, and everybody has to sign in again.`,
      );
    },
    databaseUrl: async () => withoutNewline(await read(pathOf(DATABASE_URL_FILE))),
    adminPassword: async () => withoutNewline(await read(pathOf(ADMIN_PASSWORD_FILE))),
  };
}

async function read(path: string): Promise<string> {
  const content = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure('file_missing', `${path} cannot be read (${cause.code}).`, { cause });
  });
  if (content.trim() === '') throw new Failure('file_missing', `${path} is empty.`);
  return content;
}

/** Who makes a Secret by hand often ends its value so. */
const withoutNewline = (text: string): string => text.replace(/\r?\n$/, '');
