import { lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { makeFolder } from '../../core/make-folder.ts';

/** Bits of a mode that let group or others in. */
const OTHERS = 0o077;

/** Makes the state folder where it is missing. One that is there has to be ours and closed to others. Throws `home_unusable`. */
export async function openHomeFolder(home: string): Promise<void> {
  try {
    await makeFolder(dirname(home));
    await mkdir(home, { mode: 0o700 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw unusable(home, `${message}. Give another --home.`);
    const stats = await lstat(home);
    if (!stats.isDirectory()) throw unusable(home, 'it is not a folder. Give another --home.');
    if (stats.uid !== process.getuid?.()) throw unusable(home, 'it belongs to somebody else. Give another --home.');
    if ((stats.mode & OTHERS) !== 0) {
      throw unusable(home, `others can look into it. Close it with \`chmod 700 ${home}\`, or give another --home.`);
    }
  }
}

const unusable = (home: string, why: string): Failure =>
  new Failure('home_unusable', `${home} cannot be the state folder: ${why}`);
