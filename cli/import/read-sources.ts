import { isUtf8 } from 'node:buffer';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../../crds/problem.ts';
import { MAX_FILE_BYTES } from '../../crds/validate.ts';
import { Failure } from '../../core/failure.ts';

export interface SourceText {
  /** As the person named it; `stdin` for `-`. */
  readonly file: string;
  readonly text: string;
  /** Whether it was named itself, and not found in a folder, where files of other kinds are to be expected. */
  readonly isNamed: boolean;
}

/** The trees of extensions and services have a few hundred files and four levels. */
const MAX_FILES = 1000;
const MAX_LEVELS = 8;

/** Folders whose files describe something else. */
const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'target', 'dist', 'vendor', '__pycache__']);

/** Hidden files and folders that hold configurations of clients. */
const HIDDEN: ReadonlySet<string> = new Set(['.mcp.json', '.vscode', '.cursor', '.gemini', '.claude']);

/** Texts of files, of folders (their YAML and JSON files, at any depth) and of standard input (`-`). Throws a Failure for what cannot be read. */
export async function readSources(paths: readonly string[]): Promise<SourceText[]> {
  const sources: SourceText[] = [];
  for (const path of paths) {
    if (path === '-') sources.push({ file: 'stdin', text: await readBounded(process.stdin, 'stdin'), isNamed: true });
    else sources.push(...(await readPath(path)));
  }
  return sources;
}

async function readPath(path: string): Promise<SourceText[]> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) {
      const files = await filesIn(path, path, MAX_LEVELS);
      return await Promise.all(files.map(async (file) => ({ file, text: await readFile(file), isNamed: false })));
    }
    // A pipe that nobody writes into would be waited for without end; `<(…)` of a shell is one that somebody does.
    if (stats.isFIFO() && !path.startsWith('/dev/fd/')) throw Object.assign(new Error(), { code: 'a pipe' });
    return [{ file: path, text: await readFile(path), isNamed: true }];
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    throw new Failure('unreadable', `${printable(path)} ${why}. Give a file, a folder, or - for standard input.`);
  }
}

async function filesIn(folder: string, root: string, levels: number): Promise<string[]> {
  const files: string[] = [];
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (SKIPPED.has(entry.name) || (entry.name.startsWith('.') && !HIDDEN.has(entry.name))) continue;
    const path = join(folder, entry.name);
    // Links are not followed: they may lead round in circles.
    if (entry.isDirectory() && levels > 1) files.push(...(await filesIn(path, root, levels - 1)));
    if (entry.isFile() && /\.(?:ya?ml|jsonc?)$/.test(entry.name)) files.push(path);
    if (files.length > MAX_FILES) {
      throw new Failure(
        'too_many',
        `${printable(root)} has more than ${MAX_FILES} YAML and JSON files. Give a folder inside it.`,
      );
    }
  }
  return files;
}

async function readFile(path: string): Promise<string> {
  const handle: FileHandle = await open(path);
  try {
    return await readBounded(handle.createReadStream({ autoClose: false }), path);
  } finally {
    await handle.close();
  }
}

async function readBounded(stream: AsyncIterable<unknown>, file: string): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    length += bytes.length;
    if (length > MAX_FILE_BYTES) {
      throw new Failure(
        'too_large',
        `${printable(file)} is larger than 1 MiB. Give only the part that describes servers.`,
      );
    }
    chunks.push(bytes);
  }
  const bytes = Buffer.concat(chunks);
  if (!isUtf8(bytes)) throw new Failure('unreadable', `${printable(file)} is not UTF-8 text. Save it as UTF-8.`);
  return bytes.toString().replace(/^\uFEFF/, '');
}
