import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningProcesses } from '../support/processes.ts';

/** Entries of node_modules that are no packages; `.bin` holds the programs. */
const CACHES = /^\.(?!bin$)/;

/** A copy of everything that git would commit, uncommitted edits included; it uses our packages. */
export class WorkingCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'mooring-mutation-'));

  constructor(root: string) {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
    for (const file of files.toString().split('\0')) {
      // Git still lists a file that was deleted and not yet committed.
      if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(this.folder, file));
    }
    // Links within a folder of its own, so that caches of Vitest go with the copy.
    mkdirSync(join(this.folder, 'node_modules'));
    for (const entry of readdirSync(join(root, 'node_modules')).filter((name) => !CACHES.test(name)))
      symlinkSync(join(root, 'node_modules', entry), join(this.folder, 'node_modules', entry));
  }

  /** Applies a patch; what `git apply` says where it does not apply. */
  apply(patch: string): string | undefined {
    const { status, stderr } = spawnSync('git', ['apply', patch], { cwd: this.folder, encoding: 'utf8' });
    return status === 0 ? undefined : stderr.trim();
  }

  /** Ends what still runs of the copy: a patch may break exactly what would have ended it. Only here, as several runs share a copy. */
  remove(): void {
    for (const { pid, command } of runningProcesses()) if (command.includes(this.folder)) kill(pid);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
