import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Names of the browser in Debian, Ubuntu, Fedora and of Chrome itself; and where macOS keeps it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

const ADVICE =
  'Browser tests need Chromium: install it (Debian: `apt-get install chromium`) or name the program in MOORING_CHROMIUM.';

/** The Chromium that browser tests start; throws where there is none, so that nothing is skipped unseen. */
export function chromiumPath(): string {
  const found = candidates().find(isExecutable);
  if (found === undefined) throw new Error(ADVICE);
  return found;
}

/** Makes sure that `chromiumPath` finds one: root on a machine with apt-get gets Debian's package, others are told. */
export function installChromium(): void {
  if (candidates().some(isExecutable)) return;
  const mayInstall = process.getuid?.() === 0 && inPath('apt-get').some(isExecutable);
  if (!mayInstall || process.env['MOORING_CHROMIUM'] !== undefined) throw new Error(ADVICE);
  process.stdout.write('Browser tests need Chromium, which is missing: installing it with apt-get …\n');
  const install = () => aptGet('install', '--yes', '--no-install-recommends', 'chromium');
  // A machine that was just made has no package lists.
  if (!install() && !(aptGet('update') && install())) throw new Error(`apt-get could not install it. ${ADVICE}`);
}

function candidates(): string[] {
  const named = process.env['MOORING_CHROMIUM'];
  return named === undefined ? [...NAMES.flatMap(inPath), MACOS] : [named];
}

function inPath(name: string): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function aptGet(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'inherit', 'inherit'], env }).status === 0;
}
