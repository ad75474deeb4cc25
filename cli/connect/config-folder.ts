import { join } from 'node:path';
import type { Machine } from './client.ts';

/** Where programs built on Electron keep what a person configured. */
export function configFolder({ home, platform, env }: Machine): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env['XDG_CONFIG_HOME'] || join(home, '.config');
}
