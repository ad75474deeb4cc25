import { z } from 'zod';
import { ToolFailure } from '../../kit/index.ts';
import type { SkillFile } from '../tables.ts';
import { digestOf } from './skill-tree.ts';

/** Files of one skill beside SKILL.md: what a model may have to choose from. */
export const MAX_FILES = 64;
/** Bytes of a file, and of all files of a skill: with base64 and JSON a request stays below the gateway's 4 MiB. */
export const MAX_FILE = 262_144;
const MAX_ALL_FILES = 1_048_576;
/** Characters of a path, and folders deep: below the limits of every file system, with room for the folder above. */
const MAX_PATH = 200;
const MAX_DEPTH = 8;

/** Not legal or not safe in a name on Windows, invisible, or able to turn the direction of text (Unicode categories C and Z but space). */
const BAD_CHARACTER = /[\\:*?"<>|\uFFFD\p{C}\p{Zl}\p{Zp}]/u;
/** Devices of Windows, with any extension ("Naming Files, Paths, and Namespaces"). */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/** Why a file cannot have this path, or undefined. Names with a dot in front hide (`.git`, `.env`), so there are none. */
export function pathProblem(path: string): string | undefined {
  const steps = path.split('/');
  if (path.length > MAX_PATH || steps.length > MAX_DEPTH)
    return `is longer than ${MAX_PATH} characters or ${MAX_DEPTH} steps`;
  if (!path.isWellFormed() || path !== path.normalize('NFC') || BAD_CHARACTER.test(path))
    return 'has characters that file names cannot have everywhere';
  if (steps.some((step) => step === '' || step.startsWith('.')))
    return 'is not a plain path below the folder of the skill, without names that begin with a dot';
  if (steps.some((step) => /^ |[ .]$/.test(step) || RESERVED.test(step))) return 'has a name that Windows reserves';
  // Trees are objects by path: every object has these already, so they would be there before anybody writes them.
  if (path in {}) return 'has a name that objects have in programs';
  if (steps[0]?.toLowerCase() === 'skill.md') return 'is SKILL.md, which is the content of the skill';
  return undefined;
}

export const skillPath = () =>
  z
    .string()
    .refine((path) => pathProblem(path) === undefined, { error: ({ input }) => pathProblem(String(input)) ?? '' });

/** A file as tools take it: its content as text or in base64, or that it is to go. */
export const FileChange = z.strictObject({
  path: skillPath().describe('Below the folder of the skill, for example "scripts/fill.py" or "references/forms.md".'),
  text: z
    .string()
    .max(MAX_FILE)
    .refine((text) => text.isWellFormed(), 'must be whole Unicode')
    .optional()
    .describe('The content, where it is text.'),
  base64: z
    .base64()
    .max(Math.ceil(MAX_FILE / 3) * 4)
    .optional()
    .describe('The content, where it is not text.'),
  remove: z.literal(true).optional().describe('Removes the file.'),
});
export type FileChange = z.output<typeof FileChange>;

export interface FileContent extends SkillFile {
  readonly bytes: Uint8Array;
}

export const fileOf = (path: string, bytes: Uint8Array): FileContent => ({
  path,
  digest: digestOf(bytes),
  size: bytes.length,
  bytes,
});

/** What changes make of files. A `ToolFailure` for a change that says no one thing, and for files that cannot be together. */
export function changeFiles(
  files: readonly SkillFile[],
  changes: readonly FileChange[],
): { readonly files: readonly SkillFile[]; readonly added: readonly FileContent[] } {
  const next = new Map(files.map((file) => [file.path, file]));
  const added: FileContent[] = [];
  for (const { path, text, base64, remove } of changes) {
    if ([text, base64, remove].filter((given) => given !== undefined).length !== 1) {
      throw new ToolFailure(`The file ${path} needs one of text, base64 and remove.`);
    }
    if (remove) {
      if (!next.delete(path)) throw new ToolFailure(`There is no file ${path} to remove. read_skill lists the files.`);
      continue;
    }
    const { bytes, ...file } = fileOf(
      path,
      text === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(text),
    );
    added.push({ ...file, bytes });
    next.set(path, file);
  }
  const kept = [...next.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const problem = filesProblem(kept);
  if (problem !== undefined) throw new ToolFailure(problem);
  return { files: kept, added };
}

/** Why these files cannot be those of one skill, or undefined. */
export function filesProblem(files: readonly SkillFile[]): string | undefined {
  if (files.length > MAX_FILES) return `A skill has ${MAX_FILES} files at most, not ${files.length}.`;
  const large = files.find(({ size }) => size > MAX_FILE);
  if (large) return `${large.path} has ${large.size} bytes; ${MAX_FILE} is the limit for a file.`;
  const total = files.reduce((sum, { size }) => sum + size, 0);
  if (total > MAX_ALL_FILES)
    return `The files have ${total} bytes together; ${MAX_ALL_FILES} is the limit for a skill.`;
  // File systems of macOS and Windows take names that differ in case for one.
  const taken = new Map<string, string>();
  for (const { path } of files) {
    const steps = path.split('/');
    for (let depth = 1; depth <= steps.length; depth++) {
      const step = steps.slice(0, depth).join('/');
      // A folder may stand here twice, a file not.
      const entry = depth === steps.length ? `file ${step}` : `folder ${step}`;
      const other = taken.get(step.toLowerCase());
      if (other !== undefined && (other !== entry || depth === steps.length)) {
        return `${path} collides with the ${other}: on some systems both have the same name.`;
      }
      taken.set(step.toLowerCase(), entry);
    }
  }
  return undefined;
}
