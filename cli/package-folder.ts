import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of our package.json: the checkout, or the installed package (whose code lies in `dist`). */
export function packageFolder(): string {
  const root = dirname(import.meta.dirname);
  return existsSync(join(root, 'package.json')) ? root : dirname(root);
}

/** The version in our package.json. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')) as { version: string };
  return version;
}
