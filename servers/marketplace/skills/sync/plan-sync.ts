import { isSameTree, type Tree } from '../skill-tree.ts';

export type Direction = 'pull' | 'push' | 'both';

/** What folder and database agreed on last, and what was being written to the folder when a sync died. An empty tree is no skill. */
export interface Agreement {
  readonly agreed: Tree;
  readonly intent?: Tree | undefined;
}

export type Judgement =
  /** Both say the same. */
  | 'unchanged'
  /** Only the folder changed: the database follows. */
  | 'pull'
  /** Only the database changed: the folder follows. */
  | 'push'
  | 'conflict';

const NOTHING: Tree = {};

/**
 * Three-way: a side may be written over only where it still says what both agreed on last, for then nobody has written there since. What a
 * push that died has left in the folder is ours as well: each file is the agreed or the intended one, and the database keeps both as versions.
 */
export function judge(
  folder: Tree = NOTHING,
  database: Tree = NOTHING,
  { agreed, intent }: Agreement = { agreed: NOTHING },
): Judgement {
  if (isSameTree(folder, database)) return 'unchanged';
  const settled = intent && isSameTree(folder, intent) ? intent : agreed;
  if (isSameTree(folder, settled) || (intent && isBetween(folder, agreed, intent))) return 'push';
  return isSameTree(database, settled) ? 'pull' : 'conflict';
}

const isBetween = (tree: Tree, from: Tree, to: Tree): boolean =>
  [...new Set([tree, from, to].flatMap((each) => Object.keys(each)))].every(
    (path) => tree[path] === from[path] || tree[path] === to[path],
  );

export const isAllowed = (judgement: Judgement, direction: Direction): boolean =>
  direction === 'both' || judgement === direction || judgement === 'unchanged' || judgement === 'conflict';
