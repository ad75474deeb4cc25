import { ProtocolError, ProtocolErrorCode, type ListResourcesResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { ReadContext } from './call-context.ts';
import type { ListedResource, ResourceTemplate } from './define-resource-template.ts';
import { hasScopes } from './require-scopes.ts';

/** Where a page begins: in which template's list, and with which cursor of its own. */
const Cursor = z.tuple([z.int().min(0), z.string().nullable()]);
type Cursor = z.output<typeof Cursor>;

/** Characters; a longer one is none of ours. */
const MAX_CURSOR = 4096;
/** Resources after which no further list is begun, so that many short lists do not make many pages. */
const ENOUGH = 50;

const encode = (cursor: Cursor): string => Buffer.from(JSON.stringify(cursor)).toString('base64url');

function decode(text: string): Cursor {
  try {
    if (text.length <= MAX_CURSOR) return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    // Said below.
  }
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'This is not a cursor of resources/list.');
}

/**
 * One page of what there is for this caller: first the resources that are always there, then what the templates list, those
 * for which the caller has the scopes.
 */
export async function listResources<Services>(
  fixed: readonly ListedResource[],
  templates: readonly ResourceTemplate<Services>[],
  cursor: string | undefined,
  context: ReadContext<Services>,
): Promise<ListResourcesResult> {
  const lists = templates.flatMap(({ list, scopes }) => (list && hasScopes(scopes, context.identity) ? [list] : []));
  const found: ListedResource[] = cursor === undefined ? [...fixed] : [];
  let [index, inner] = cursor === undefined ? ([0, null] as Cursor) : decode(cursor);
  while (index < lists.length && found.length < ENOUGH) {
    const page = await lists[index]?.(inner ?? undefined, context);
    found.push(...(page?.resources ?? []));
    inner = page?.nextCursor ?? null;
    if (inner === null) index += 1;
    else break;
  }
  return { resources: found, ...(index < lists.length && { nextCursor: encode([index, inner]) }) };
}
