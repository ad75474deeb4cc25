import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/failure.ts';
import { makeFolder } from '../../core/make-folder.ts';
import type { Binary } from './binary.ts';

export interface SavedFile {
  readonly path: string;
}

/** Files of one tool in a folder; who has more should use another. */
const MAX_FILES = 100_000;

/** What servers send, by their media types; all else is `.bin`. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/svg+xml': 'svg',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'video/mp4': 'mp4',
  'application/pdf': 'pdf',
  'application/zip': 'zip',
  'application/json': 'json',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
};

/**
 * Writes each into the folder, which is made where it is missing, as `<tool>-1.png` and so on. The names are ours, for a server could name
 * any file; what is there already stays.
 */
export async function saveFiles(folder: string, tool: string, all: readonly Binary[]): Promise<readonly SavedFile[]> {
  const name = tool.replaceAll(/[^\w.-]/g, '_').replace(/^[.-]+/, '') || 'tool';
  const saved: SavedFile[] = [];
  let number = 1;
  try {
    if (all.length > 0) await makeFolder(folder);
    for (const { mimeType, bytes } of all) {
      const extension = EXTENSIONS[mimeType.split(';', 1)[0]?.trim().toLowerCase() ?? ''] ?? 'bin';
      for (let path: string | undefined; path === undefined; number++) {
        if (number > MAX_FILES)
          throw new Failure('not_saved', `${folder} is full of files of ${name}. Give another folder.`);
        path = await writeNew(join(folder, `${name}-${number}.${extension}`), bytes);
        if (path !== undefined) saved.push({ path });
      }
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('not_saved', `${folder} cannot be written to: ${(error as Error).message}. The tool was called.`);
  }
  return saved;
}

/** Undefined where there is such a file. */
async function writeNew(path: string, bytes: Buffer): Promise<string | undefined> {
  try {
    await writeFile(path, bytes, { flag: 'wx' });
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}
