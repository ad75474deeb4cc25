import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ServerDatabase } from '../../../../kit/index.ts';
import type { Tables } from '../../../tables.ts';
import { saveNew, saveNext } from '../../save-skill.ts';
import { fileOf } from '../../skill-file.ts';
import { findOwnSkills } from '../../skill-store.ts';
import { digestOf, digestOfTree } from '../../skill-tree.ts';
import { databaseTree } from '../apply-sync.ts';
import { openSkillsFolder, type SkillsFolder } from '../skills-folder.ts';
import { sync, type SyncOptions, type SyncOutcome } from '../sync.ts';

const OWNER = 'ada';
/** The process is gone: nothing after this line happens. */
export class Killed extends Error {}

export type SideName = 'folder' | 'database';
/** What a skill says, in SKILL.md and in a file; undefined: it is not there. */
export type Content = string | undefined;

const skillMd = (name: string, content: string): string => `---\nname: ${name}\ndescription: "D"\n---\n\n${content}`;

/** A real folder and a real database with the skills of one person. */
export function syncedFolder(path: string, database: ServerDatabase<Tables>) {
  const db = () => database.use();
  const find = async (name: string) => (await findOwnSkills(db(), OWNER)).find((skill) => skill.name === name);

  /** A person writes. */
  async function put(side: SideName, name: string, content: Content): Promise<void> {
    if (side === 'folder') {
      await rm(join(path, name), { recursive: true, force: true });
      if (content === undefined) return;
      await mkdir(join(path, name, 'references'), { recursive: true });
      await writeFile(join(path, name, 'SKILL.md'), skillMd(name, content));
      await writeFile(join(path, name, 'references', 'n.md'), content);
      return;
    }
    const there = await find(name);
    const file = fileOf('references/n.md', Buffer.from(content ?? ''));
    const { bytes: _, ...entry } = file;
    const text = { name, description: 'D', frontMatter: '', content: content ?? there?.content ?? 'x', tags: [] };
    const next = { ...text, files: [entry], added: [file], archived: content === undefined };
    if (there)
      await saveNext(db(), OWNER, there, content === undefined ? { ...there, added: [], archived: true } : next);
    else if (content !== undefined) await saveNew(db(), OWNER, next);
  }

  /** Each file as it is, so that half a skill is seen. */
  async function get(side: SideName, name: string): Promise<Content> {
    if (side === 'database') {
      const tree = databaseTree(await find(name));
      return Object.keys(tree).length > 0 ? digestOfTree(tree) : undefined;
    }
    const tree: Record<string, string> = {};
    for (const file of ['SKILL.md', 'references/n.md']) {
      const bytes = await readFile(join(path, name, file)).catch(() => undefined);
      if (bytes) tree[file] = digestOf(bytes);
    }
    return Object.keys(tree).length > 0 ? digestOfTree(tree) : undefined;
  }

  return {
    put,
    get,
    /** A sync that calls `step` before and after all that it does to the folder. */
    async sync(options: Partial<SyncOptions> = {}, step: () => Promise<void> = async () => {}): Promise<SyncOutcome> {
      const folder = await openSkillsFolder(path);
      const around = async <Result>(work: () => Promise<Result>): Promise<Result> => {
        await step();
        const result = await work();
        await step();
        return result;
      };
      const watched: SkillsFolder = {
        path: folder.path,
        scan: async () => around(async () => folder.scan()),
        read: async (...args) => around(async () => folder.read(...args)),
        write: async (...args) => around(async () => folder.write(...args)),
        tidy: async (...args) => around(async () => folder.tidy(...args)),
      };
      const ends = { db: db(), folder: watched, pair: { owner: OWNER, folder: folder.path } };
      return sync(ends, { direction: 'both', dryRun: false, signal: new AbortController().signal, ...options });
    },
  };
}

/** Writes a file below a folder. */
export async function putFile(folder: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}
