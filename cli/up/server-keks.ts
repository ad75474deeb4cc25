import { BUNDLED_SERVERS } from '../../core/bundled-servers.ts';
import type { HomePaths } from '../../core/home.ts';
import { newKek } from '../../core/kek.ts';
import { readFileIfThere, writePrivateFile } from '../../core/private-file.ts';

/**
 * Gives the bundled servers that encrypt what they keep a key encryption key: made once and never again, because what it has
 * encrypted is lost without it. Secret `<server>-kek` has it as `kek`, and as `path` where that file lies, for the server's environment.
 */
export async function ensureServerKeks(paths: Pick<HomePaths, 'secret'>): Promise<void> {
  for (const [server, { hasKek }] of Object.entries(BUNDLED_SERVERS)) {
    if (!hasKek) continue;
    const file = paths.secret(`${server}-kek`, 'kek');
    if ((await readFileIfThere(file)) === undefined) await writePrivateFile(file, newKek());
    await writePrivateFile(paths.secret(`${server}-kek`, 'path'), file);
  }
}
