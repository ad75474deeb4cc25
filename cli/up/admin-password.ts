import type { HomePaths } from '../../core/home.ts';
import { writePrivateFile } from '../../core/private-file.ts';

/** Tells the owner a password that was just made: once on a terminal, else in a file that only the owner can read. */
export async function tellAdminPassword(password: string, paths: HomePaths): Promise<void> {
  if (process.stderr.isTTY) {
    process.stderr.write(`\n  Sign in as admin with the password  ${password}\n  It is shown only now.\n\n`);
    return;
  }
  await writePrivateFile(paths.adminPassword, `${password}\n`);
  process.stderr.write(`The password of admin is in ${paths.adminPassword}\n`);
}
