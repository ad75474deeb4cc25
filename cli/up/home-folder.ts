import { chmod, mkdir } from 'node:fs/promises';
import { Failure } from '../../core/failure.ts';

/** Makes the state folder where it is missing, and keeps everybody else out of it. */
export async function openHomeFolder(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await chmod(home, 0o700);
  } catch (cause) {
    throw new Failure(
      'home_unusable',
      `${home} cannot be used as state folder: ${(cause as Error).message}. Give another --home.`,
      {
        cause,
      },
    );
  }
}
