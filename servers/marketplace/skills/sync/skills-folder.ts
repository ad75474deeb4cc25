import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, lstat, mkdir, open, readdir, realpath, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ToolFailure } from '../../../kit/index.ts';
import { filesProblem, MAX_FILE, MAX_FILES, pathProblem } from '../skill-file.ts';
import { parseSkillMd } from '../skill-md.ts';
import { digestOf, SKILL_MD, type Tree } from '../skill-tree.ts';
import { skillName } from '../skill.ts';

/** As many skills as a person keeps, and folders beside them. */
const MAX_FOLDERS = 2000;
/** Mode of new files: any that a person makes, less what the umask takes; a script that says its interpreter can be run. */
const FILE_MODE = 0o666;
const SCRIPT_MODE = 0o777;
const TEMPORARY = /^\.mooring-[0-9a-f]{12}$/;

/** The problem of a folder that may be something else, and only happens to stand there. */
export const NO_SKILL_MD = 'has no SKILL.md';

/** A skill in the folder; with a problem it is shown, and neither read nor written. */
export interface FoundSkill {
  readonly tree: Tree;
  readonly problem?: string | undefined;
}

/** Somebody wrote between reading and writing. */
export class ChangedMeanwhile extends Error {}

/** A folder with a skill in each folder below. Names with a dot in front are not looked at; links are never followed. */
export interface SkillsFolder {
  /** Its real path. */
  readonly path: string;
  scan(): Promise<ReadonlyMap<string, FoundSkill>>;
  /** Throws `ChangedMeanwhile` where the file is not the one that was seen. */
  read(name: string, path: string, digest: string): Promise<Buffer>;
  /** Writes a file whole or not at all, or removes it, where it still is the one that was seen (undefined: absent); else throws `ChangedMeanwhile`. */
  write(name: string, path: string, bytes: Uint8Array | undefined, seen: string | undefined): Promise<void>;
  /** Removes what a sync that died left, and folders of the skill that are empty. */
  tidy(name: string): Promise<void>;
}

/** A `ToolFailure` where the folder cannot be read: a folder that is away is not an empty one. */
export async function openSkillsFolder(folder: string): Promise<SkillsFolder> {
  const root = await realpath(folder).catch((error: NodeJS.ErrnoException) => {
    throw new ToolFailure(
      `The folder of skills cannot be read (${error.code}). Ask who runs this server to look at MARKETPLACE_SKILLS_FOLDER; nothing was changed.`,
    );
  });

  /** The path of a file, whose folders are real ones below the root. */
  async function placeOf(name: string, path: string): Promise<string> {
    if (!skillName().safeParse(name).success || (path !== SKILL_MD && pathProblem(path) !== undefined)) {
      throw new ChangedMeanwhile(`${name}/${path} is no path of a skill`);
    }
    const place = join(root, name, path);
    // The nearest folder that is there.
    for (let above = dirname(place); above.length > root.length; above = dirname(above)) {
      const real = await realpath(above).catch(whereAbsent);
      if (real === undefined) continue;
      if (real !== above) throw new ChangedMeanwhile(`${name}/${path} leads out of its folder`);
      break;
    }
    return place;
  }

  async function readBytes(name: string, path: string): Promise<Buffer | undefined> {
    const place = await placeOf(name, path);
    const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(whereAbsent);
    if (!file) return undefined;
    try {
      return await readBounded(file);
    } finally {
      await file.close();
    }
  }
  const digestNow = async (name: string, path: string): Promise<string | undefined> => {
    const bytes = await readBytes(name, path);
    return bytes && digestOf(bytes);
  };

  async function find(name: string): Promise<FoundSkill> {
    const tree: Record<string, string> = {};
    const files: { path: string; size: number; digest: string }[] = [];
    for await (const path of walk(join(root, name))) {
      const problem = path === SKILL_MD ? undefined : pathProblem(path);
      if (problem !== undefined) return { tree, problem: `${JSON.stringify(path.slice(0, 300))} ${problem}` };
      if (files.length > MAX_FILES) return { tree, problem: `has more than ${MAX_FILES} files` };
      const bytes = await readBytes(name, path);
      if (!bytes) continue;
      if (bytes.length > MAX_FILE) return { tree, problem: `${path} has more than ${MAX_FILE} bytes` };
      tree[path] = digestOf(bytes);
      if (path === SKILL_MD) {
        const problemInside = await problemOf(name, bytes);
        if (problemInside !== undefined) return { tree, problem: problemInside };
      } else files.push({ path, size: bytes.length, digest: tree[path] });
    }
    if (tree[SKILL_MD] === undefined && files.length > 0) return { tree, problem: NO_SKILL_MD };
    return { tree, problem: filesProblem(files) };
  }

  return {
    path: root,
    async scan() {
      const entries = (await readdir(root, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
      if (entries.length > MAX_FOLDERS)
        throw new ToolFailure(`The folder of skills has more than ${MAX_FOLDERS} entries.`);
      const found = new Map<string, FoundSkill>();
      for (const entry of entries) {
        if (!skillName().safeParse(entry.name).success) continue;
        if (entry.isSymbolicLink()) found.set(entry.name, { tree: {}, problem: 'is a link; links are not followed' });
        else if (entry.isDirectory()) {
          const skill = await find(entry.name).catch((error: unknown) => ({ tree: {}, problem: whyUnread(error) }));
          if (skill.problem !== undefined || Object.keys(skill.tree).length > 0) found.set(entry.name, skill);
        }
      }
      return found;
    },
    async read(name, path, digest) {
      const bytes = await readBytes(name, path);
      if (!bytes || digestOf(bytes) !== digest) throw new ChangedMeanwhile(`${name}/${path}`);
      return bytes;
    },
    async write(name, path, bytes, seen) {
      const place = await placeOf(name, path);
      if (!bytes) {
        if ((await digestNow(name, path)) !== seen) throw new ChangedMeanwhile(`${name}/${path}`);
        await rm(place, { force: true });
        return;
      }
      await mkdir(dirname(place), { recursive: true });
      const before = await lstat(place).catch(whereAbsent);
      const temporary = join(dirname(place), `.mooring-${randomBytes(6).toString('hex')}`);
      const newMode = Buffer.from(bytes.subarray(0, 2)).toString() === '#!' ? SCRIPT_MODE : FILE_MODE;
      try {
        const file = await open(temporary, 'wx', before ? before.mode & 0o777 : newMode);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        // As late as can be: no system call renames only where the target still says something, so who writes over a file between this
        // and the next line, within about a millisecond, loses that. A new file takes nobody's place.
        if ((await digestNow(name, path)) !== seen) throw new ChangedMeanwhile(`${name}/${path}`);
        await (seen === undefined ? linkNew : rename)(temporary, place);
      } finally {
        await rm(temporary, { force: true });
      }
    },
    async tidy(name) {
      await placeOf(name, SKILL_MD);
      await tidy(join(root, name));
    },
  };
}

const MISSING = new Set(['ENOENT', 'ENOTDIR']);
function whereAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ELOOP') throw new ChangedMeanwhile('a link');
  if (!MISSING.has(error.code ?? '')) throw error;
}

/** File systems without hard links, such as FAT (link(2), EPERM; some network ones, EOPNOTSUPP). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives a new file its name, unless that is taken: unlike rename(2), link(2) replaces nothing. Throws `ChangedMeanwhile`. */
async function linkNew(temporary: string, place: string): Promise<void> {
  await link(temporary, place).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new ChangedMeanwhile(place);
    if (!NO_LINKS.has(error.code ?? '')) throw error;
    await rename(temporary, place);
  });
}

const whyUnread = (error: unknown): string =>
  error instanceof ChangedMeanwhile
    ? 'holds a link or a device, or changes just now'
    : `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;

/** At most a byte more than a file may have. What is no file (a pipe, a device) is not read. */
async function readBounded(file: FileHandle): Promise<Buffer> {
  if (!(await file.stat()).isFile()) throw new ChangedMeanwhile('no file');
  const buffer = Buffer.alloc(MAX_FILE + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
    length += bytesRead;
    if (bytesRead === 0 || length === buffer.length) return buffer.subarray(0, length);
  }
}

async function problemOf(name: string, bytes: Buffer): Promise<string | undefined> {
  try {
    const parsed = await parseSkillMd(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
    if (!parsed) return 'SKILL.md does not begin with front matter';
    return parsed.name === name ? undefined : `SKILL.md names ${parsed.name}, its folder is ${name}`;
  } catch (error) {
    return error instanceof ToolFailure ? error.message : 'SKILL.md is not UTF-8';
  }
}

/** The files below, by their paths from there; links as if they were files, so that reading them refuses. */
async function* walk(folder: string, prefix = ''): AsyncGenerator<string> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = `${prefix}${entry.name}`;
    if (!entry.isDirectory()) yield path;
    // What pathProblem refuses needs no deeper look.
    else if (pathProblem(path) !== undefined) yield path;
    else yield* walk(join(folder, entry.name), `${path}/`);
  }
}

async function tidy(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(whereAbsent);
  for (const entry of entries ?? []) {
    if (entry.isDirectory() && !entry.name.startsWith('.')) await tidy(join(folder, entry.name));
    else if (entry.isFile() && TEMPORARY.test(entry.name)) await rm(join(folder, entry.name), { force: true });
  }
  // Fails where something is left in it, as it should.
  await rmdir(folder).catch(() => {});
}
