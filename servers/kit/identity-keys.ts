import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { IdentityJwk } from '../../core/identity-token.ts';
import type { Log } from '../../core/log.ts';

/** Milliseconds between two looks at the file: a new key is found earlier (`refresh`), a removed one works that much longer. */
const LOOK_EVERY = 1000;

const Jwks = z.object({
  keys: z
    .array(
      z.looseObject({
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        kid: z.string(),
        iss: z.enum(['mooring:gateway', 'mooring:operator']),
      }),
    )
    .min(1),
});

/** The keys of a file. The array is the same one until the file changes. */
export interface IdentityKeys {
  /** Looks at the file at most once a second. */
  current(): Promise<readonly IdentityJwk[]>;
  /** Looks now. */
  refresh(): Promise<readonly IdentityJwk[]>;
}

/**
 * Follows a JWKS file. The last good content counts while the file is away or half written; until there was one, there are
 * no keys, and nobody is let in. It is looked at when a request comes and not watched, because a ConfigMap changes by a
 * symlink of its folder, which `fs.watch` on the file does not see.
 */
export function followIdentityKeys(path: string, log: Log): IdentityKeys {
  let keys: readonly IdentityJwk[] = [];
  let seen: string | undefined;
  let lookedAt = -Infinity;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    try {
      const { mtimeNs, size, ino } = await stat(path, { bigint: true });
      const version = `${mtimeNs} ${size} ${ino}`;
      if (version === seen) return;
      keys = Jwks.parse(JSON.parse(await readFile(path, 'utf8'))).keys;
      log.info({ kids: keys.map(({ kid }) => kid) }, 'identity keys loaded');
      seen = version;
    } catch (error) {
      // Said once for each bad state, not once a second.
      const state = String(error);
      if (state !== seen) log.warn({ path, err: error }, keys.length ? 'identity keys kept' : 'no identity keys yet');
      seen = state;
    }
  };
  const refresh = async (): Promise<readonly IdentityJwk[]> => {
    looking ??= look().finally(() => {
      lookedAt = performance.now();
      looking = undefined;
    });
    await looking;
    return keys;
  };
  return {
    refresh,
    current: async () => (performance.now() - lookedAt < LOOK_EVERY ? keys : refresh()),
  };
}
