import { inPath, installPackage, isExecutable } from './debian-package.ts';

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
  if (process.env['MOORING_CHROMIUM'] !== undefined) throw new Error(ADVICE);
  installPackage('chromium', ADVICE);
}

function candidates(): string[] {
  const named = process.env['MOORING_CHROMIUM'];
  return named === undefined ? [...NAMES.flatMap(inPath), MACOS] : [named];
}
