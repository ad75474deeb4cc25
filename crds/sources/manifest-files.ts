import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Problem } from '../problem.ts';
import { MAX_FILE_BYTES, parseManifests, unreadableFile, type ParsedFile } from '../validate.ts';

/** A file as it was at one moment. */
export interface FileLook {
  /** Changes whenever the file may have changed. */
  readonly stamp: string;
  /** Changes whenever its content has changed. */
  readonly digest: string;
  readonly parsed: ParsedFile;
  /** When the file last changed by the clock of its file system, in ms since 1970. */
  readonly changedAt: number;
  readonly readAt: number;
}

export interface FolderLook {
  readonly files: ReadonlyMap<string, FileLook>;
  /** What is wrong with folders, not with files in them. */
  readonly problems: readonly Problem[];
}

/** More servers than one machine can run. */
const MAX_FILES = 1000;

/**
 * A file system may give two writes within one tick of its clock the same time (up to 2 s on FAT): until a file is older than that, its
 * stamp proves nothing and it is read again. Git calls such an index entry "racily clean".
 */
const CLOCK_TICK_MS = 2000;

/**
 * Reads the manifests of folders (their `.yaml` and `.yml` files, not those of subfolders) and of single files. Only what may have changed since
 * `known` is read again; content that did not change is not parsed again. Never rejects: trouble is told as problems.
 */
export async function lookAtFiles(
  paths: readonly string[],
  known: ReadonlyMap<string, FileLook>,
  now: () => number = Date.now,
): Promise<FolderLook> {
  const problems: Problem[] = [];
  // By where they are, so that a file that is given twice is read once.
  const names = new Map<string, string>();
  for (const path of paths) {
    const { found, problem } = await manifestFilesIn(path, known);
    for (const name of found) if (!names.has(resolve(name))) names.set(resolve(name), name);
    if (problem) problems.push(problem);
  }
  const sorted = [...names.values()].sort();
  if (sorted.length > MAX_FILES) problems.push(tooManyFiles(paths[0] ?? '', sorted.length));
  const files = new Map<string, FileLook>();
  for (const name of sorted.slice(0, MAX_FILES)) {
    const look = await lookAtFile(name, known.get(name), now);
    if (look) files.set(name, look);
  }
  return { files, problems };
}

async function manifestFilesIn(
  path: string,
  known: ReadonlyMap<string, FileLook>,
): Promise<{ found: string[]; problem?: Problem }> {
  try {
    if ((await stat(path)).isFile()) return { found: [path] };
    // Names with a dot in front are no manifests: `..data` of a ConfigMap mount, locks and temporary files of editors.
    const names = (await readdir(path)).filter((name) => /^[^.].*\.ya?ml$/.test(name));
    return { found: names.map((name) => join(path, name)) };
  } catch (error) {
    const code = codeOf(error);
    // What cannot be listed for once keeps what is known of it; what is not there has nothing.
    const found = code === 'ENOENT' ? [] : [...known.keys()].filter((name) => name === path || dirname(name) === path);
    return { found, problem: folderProblem(path, code) };
  }
}

async function lookAtFile(file: string, known: FileLook | undefined, now: () => number): Promise<FileLook | undefined> {
  try {
    const stats = await stat(file, { bigint: true });
    if (!stats.isFile()) return undefined;
    const isProven = known !== undefined && known.readAt - known.changedAt > CLOCK_TICK_MS;
    if (isProven && known.stamp === stampOf(stats)) return known;
    return await readLook(file, known, now);
  } catch (error) {
    const code = codeOf(error);
    // Gone, or a link to nothing.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (known?.stamp === code) return known;
    const parsed = unreadableFile(file, `cannot be read (${code})`, 'look at its permissions');
    return { stamp: code, digest: code, parsed, changedAt: now(), readAt: now() };
  }
}

async function readLook(file: string, known: FileLook | undefined, now: () => number): Promise<FileLook> {
  const handle = await open(file);
  try {
    return await readHandle(handle, { file, known, now });
  } finally {
    await handle.close();
  }
}

interface Reading {
  readonly file: string;
  readonly known: FileLook | undefined;
  readonly now: () => number;
}

async function readHandle(handle: FileHandle, { file, known, now }: Reading): Promise<FileLook> {
  // One byte more than there should be shows that there is more.
  const buffer = Buffer.alloc(Math.min((await handle.stat()).size, MAX_FILE_BYTES) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) break;
  }
  // After reading: a writer that was at work meanwhile shows in the size or the times.
  const stats = await handle.stat({ bigint: true });
  const isWhole = stats.size === BigInt(length) || length > MAX_FILE_BYTES;
  const content = buffer.subarray(0, length);
  const digest = hash('sha256', content);
  return {
    stamp: stampOf(stats),
    digest,
    parsed: known?.digest === digest ? known.parsed : parse(content, file),
    changedAt: isWhole ? Number((stats.mtimeNs > stats.ctimeNs ? stats.mtimeNs : stats.ctimeNs) / 1_000_000n) : now(),
    readAt: now(),
  };
}

const parse = (content: Buffer, file: string): ParsedFile =>
  isUtf8(content) || content.length > MAX_FILE_BYTES
    ? parseManifests(content.toString('utf8'), file)
    : unreadableFile(file, 'is not UTF-8 text', 'save it as UTF-8');

const stampOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(':');

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown error';

const folderProblem = (folder: string, code: string): Problem => ({
  file: folder,
  line: 1,
  path: '',
  message: code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`,
  hint:
    code === 'ENOENT' ? 'make this folder or file; it is followed as soon as it is there' : 'look at its permissions',
});

const tooManyFiles = (folder: string, count: number): Problem => ({
  file: folder,
  line: 1,
  path: '',
  message: `${count} files are more than Mooring reads`,
  hint: `only the first ${MAX_FILES} by name are read; put several servers into one file`,
});
