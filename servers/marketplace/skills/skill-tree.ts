import { createHash } from 'node:crypto';
import type { SkillFile } from '../tables.ts';
import { skillMd, type SkillText } from './skill-md.ts';

/** What a skill is as files: from path to digest, SKILL.md included. */
export type Tree = Readonly<Record<string, string>>;

export const SKILL_MD = 'SKILL.md';

/** SHA-256, hexadecimal. */
export const digestOf = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const treeOf = ({ files, ...text }: SkillText & { readonly files: readonly SkillFile[] }): Tree => ({
  [SKILL_MD]: digestOf(skillMd(text)),
  ...Object.fromEntries(files.map(({ path, digest }) => [path, digest])),
});

/** The same for the same files, whatever the order in which they are named. */
export const digestOfTree = (tree: Tree): string =>
  digestOf(JSON.stringify(Object.entries(tree).toSorted(([a], [b]) => (a < b ? -1 : 1))));

export const isSameTree = (a: Tree | undefined, b: Tree | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && digestOfTree(a) === digestOfTree(b));
