import { createHash } from 'node:crypto';
import { ToolFailure } from '../../kit/index.ts';
import { skillName } from './skill.ts';

/** What a list was asked for, beside its page. */
export interface SkillFilter {
  readonly name?: string | undefined;
  readonly search?: string | undefined;
  readonly tags: readonly string[];
}

/** Says where the next page begins, and for which filter: `base64url(JSON [last name, digest of the filter])`. */
export const encodeCursor = (lastName: string, filter: SkillFilter): string =>
  Buffer.from(JSON.stringify([lastName, digest(filter)])).toString('base64url');

/**
 * The name after which the page begins. A `ToolFailure` for what is no cursor, or one of another list. A forged cursor can do
 * no more than begin elsewhere in the caller's own list.
 */
export function decodeCursor(cursor: string, filter: SkillFilter): string {
  const [lastName, forFilter] = parsed(cursor);
  const name = skillName().safeParse(lastName);
  if (!name.success || typeof forFilter !== 'string') {
    throw new ToolFailure('This is not a cursor of list_skills. Leave it out to begin with the first page.');
  }
  if (forFilter !== digest(filter)) {
    throw new ToolFailure('This cursor belongs to another search. Send it with the same name, search and tags.');
  }
  return name.data;
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) && value.length === 2 ? value : [];
  } catch {
    return [];
  }
}

/** 48 bits: enough to notice a mix-up, short enough for a model to repeat. */
const digest = ({ name, search, tags }: SkillFilter): string =>
  createHash('sha256')
    .update(JSON.stringify([name ?? null, search ?? null, [...tags].sort()]))
    .digest('base64url')
    .slice(0, 8);
