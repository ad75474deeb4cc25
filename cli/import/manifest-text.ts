import { Document, isMap, isNode, isScalar, type Node } from 'yaml';
import type { FieldPath } from '../../crds/problem.ts';
import type { Note } from './draft.ts';

/** The YAML of a manifest, with each note as a comment above the field that it is about, or else on top. */
export function manifestText(manifest: unknown, notes: readonly Note[]): string {
  const document = new Document(manifest, { aliasDuplicateObjects: false });
  const onTop: string[] = [];
  for (const { field, message, at } of notes) {
    const comment = ` ${field}: ${message}`;
    const node = at && keyAt(document, at);
    if (node) node.commentBefore = [node.commentBefore, comment].filter(Boolean).join('\n');
    else onTop.push(comment);
  }
  if (onTop.length > 0) document.commentBefore = onTop.join('\n');
  return document.toString({ lineWidth: 0 });
}

/** The node that a comment stands above: the key of a field, or the entry of a list. Undefined where it is not there. */
function keyAt(document: Document, path: FieldPath): Node | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const step = path.at(-1);
  if (isMap(parent)) {
    const key = parent.items.find((pair) => isScalar(pair.key) && pair.key.value === step)?.key;
    return isNode(key) ? key : undefined;
  }
  const entry = document.getIn(path, true);
  return isNode(entry) ? entry : undefined;
}
