import { fileText } from '../file-text.ts';
import { skillMd } from '../skill-md.ts';
import { readBlob } from '../skill-store.ts';
import { SKILL_MD } from '../skill-tree.ts';
import { databaseTree, type SeenSides, type SyncEnds } from './apply-sync.ts';

/** Characters of one skill's diff: what a person reads, and a hundred of them stay below the gateway's bounds. */
const MAX_DIFF = 16_384;
/** Milliseconds that a comparison may take; texts of which nothing is alike would take seconds. */
const PATIENCE_MS = 200;

/** A unified diff from one side to the other, file by file. */
export async function skillDiff(
  { db, folder, pair }: SyncEnds,
  { name, tree, kept }: SeenSides,
  from: 'folder' | 'database',
): Promise<string> {
  // Only where something differs: an idle server stays small.
  const { createTwoFilesPatch } = await import('diff');
  const wanted = databaseTree(kept);
  const paths = [...new Set([...Object.keys(tree), ...Object.keys(wanted)])].filter(
    (path) => tree[path] !== wanted[path],
  );
  let text = '';
  for (const path of paths.toSorted()) {
    if (text.length > MAX_DIFF) break;
    const inFolder = tree[path] === undefined ? Buffer.alloc(0) : await folder.read(name, path, tree[path]);
    const blob = wanted[path];
    const inDatabase =
      blob === undefined
        ? Buffer.alloc(0)
        : path === SKILL_MD && kept
          ? Buffer.from(skillMd(kept))
          : ((await readBlob(db, pair.owner, blob)) ?? Buffer.alloc(0));
    const sides = [
      [`folder/${name}/${path}`, fileText(inFolder)],
      [`database/${name}/${path}`, fileText(inDatabase)],
    ] as const;
    const [[oldName, old], [newName, next]] = from === 'folder' ? sides : [sides[1], sides[0]];
    const patch =
      'text' in old && 'text' in next
        ? createTwoFilesPatch(oldName, newName, old.text, next.text, '', '', { timeout: PATIENCE_MS })
        : undefined;
    text += patch ?? `Files ${oldName} and ${newName} differ\n`;
  }
  return text.length > MAX_DIFF ? `${text.slice(0, MAX_DIFF).toWellFormed()}\n… the rest is left out\n` : text;
}
