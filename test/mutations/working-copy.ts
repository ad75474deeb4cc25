import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A copy of everything that git would commit, uncommitted edits included; it shares our node_modules. */
export class WorkingCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'mooring-mutation-'));

  constructor(root: string) {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const file of files.toString().split('\0')) {
      // Git still lists a file that was deleted and not yet committed.
      if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(this.folder, file));
    }
    symlinkSync(join(root, 'node_modules'), join(this.folder, 'node_modules'));
  }

  /** Applies a patch; what `git apply` says where it does not apply. */
  apply(patch: string): string | undefined {
    const { status, stderr } = spawnSync('git', ['apply', patch], { cwd: this.folder, encoding: 'utf8' });
    return status === 0 ? undefined : stderr.trim();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
