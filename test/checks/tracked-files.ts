import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Every file that git tracks or would track, but for those deleted and not yet committed. */
export function trackedFiles(): string[] {
  return execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
    .toString()
    .split('\0')
    .filter((path) => path !== '' && existsSync(path));
}
