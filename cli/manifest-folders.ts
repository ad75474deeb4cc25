import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './package-folder.ts';

const DEFAULT = join('examples', 'local');

/** The folders that were named, else `examples/local` here, else the one that the package brings along. */
export function manifestFolders(named: readonly string[] | undefined): readonly string[] {
  if (named?.length) return named;
  return [existsSync(DEFAULT) ? DEFAULT : join(packageFolder(), DEFAULT)];
}
