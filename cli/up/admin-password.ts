import { rm } from 'node:fs/promises';
import { Failure } from '../../core/failure.ts';
import type { HomePaths } from '../../core/home.ts';
import { writePrivateFile } from '../../core/private-file.ts';

/**
 * Tells the owner a password that was just made: once on a terminal, else in a file that only the owner can read.
 * @throws Failure `password_not_told`.
 */
export async function tellAdminPassword(password: string, paths: HomePaths): Promise<void> {
  if (process.stderr.isTTY) {
    process.stderr.write(
      `\n  Sign in as admin with the password  ${password}\n  It is shown only now; MOORING_ADMIN_PASSWORD replaces it.\n\n`,
    );
    return;
  }
  try {
    await writePrivateFile(paths.adminPassword, `${password}\n`);
  } catch (cause) {
    throw new Failure(
      'password_not_told',
      `The password of admin could not be written to ${paths.adminPassword} (${(cause as NodeJS.ErrnoException).code}). Move away what is there, or make the folder writable, and start again: another password is made.`,
      { cause },
    );
  }
  process.stderr.write(`The password of admin is in ${paths.adminPassword}\n`);
}

/** For when MOORING_ADMIN_PASSWORD holds: the file would tell a password that no longer does. */
export async function forgetToldPassword(paths: HomePaths): Promise<void> {
  await rm(paths.adminPassword, { force: true }).catch((cause: NodeJS.ErrnoException) => {
    throw new Failure(
      'password_file_kept',
      `${paths.adminPassword} holds an outdated password of admin and could not be removed (${cause.code}). Remove it and start again.`,
      { cause },
    );
  });
}
