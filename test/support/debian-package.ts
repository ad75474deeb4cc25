import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Installs a Debian package, as root on a machine with apt-get. Throws `advice` where that is not possible. */
export function installPackage(name: string, advice: string): void {
  if (process.getuid?.() !== 0 || !inPath('apt-get').some(isExecutable)) throw new Error(advice);
  process.stdout.write(`The tests need ${name}, which is missing: installing it with apt-get …\n`);
  const install = () => aptGet('install', '--yes', '--no-install-recommends', name);
  // A machine that was just made has no package lists.
  if (!install() && !(aptGet('update') && install())) throw new Error(`apt-get could not install it. ${advice}`);
}

/** Where a program of this name could be. */
export const inPath = (name: string): string[] =>
  (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(...args: string[]): boolean {
  // A package with a service does not start it in runlevel 1: tests start their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}
