import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';

/** The variables that a server is given of this machine; everything else of Mooring's own environment stays with Mooring. */
export function machineVariables(binFolder: string, home: string, env: NodeJS.ProcessEnv = process.env) {
  return {
    // Our own `mooring` first, then the Node that runs us: the machine's may be too old.
    PATH: [binFolder, dirname(process.execPath), env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin'].join(delimiter),
    LANG: env['LANG'] ?? 'C.UTF-8',
    TZ: env['TZ'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    TMPDIR: tmpdir(),
    HOME: home,
  };
}
