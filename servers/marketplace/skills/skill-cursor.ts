import { createHash } from 'node:crypto';
import { ToolFailure } from '../../kit/index.ts';
import type { Whose } from './sharing.ts';
import { skillName } from './skill.ts';

/** What a list was asked for, beside its page. */
export interface SkillFilter {
  readonly name?: string | undefined;
  readonly search?: string | undefined;
  readonly tags: readonly string[];
  readonly whose?: Whose | undefined;
  readonly archived?: boolean | undefined;
}

/** Where a skill stands in a list. */
export interface SkillPlace {
  readonly name: string;
  readonly owner: string;
}

/** As `Sharing` bounds subjects, but for what a longer one had before. */
const MAX_OWNER = 1024;

/** Says where the next page begins, and for which filter: `base64url(JSON [last name, its owner, digest of the filter])`. */
export const encodeCursor = ({ name, owner }: SkillPlace, filter: SkillFilter): string =>
  Buffer.from(JSON.stringify([name, owner, digest(filter)])).toString('base64url');

/**
 * The place after which the page begins. A `ToolFailure` for what is no cursor, or one of another list. A forged cursor can do
 * no more than begin elsewhere in what the caller may see.
 */
export function decodeCursor(cursor: string, filter: SkillFilter): SkillPlace {
  const [lastName, owner, forFilter] = parsed(cursor);
  const name = skillName().safeParse(lastName);
  if (!name.success || typeof owner !== 'string' || typeof forFilter !== 'string' || !isSubject(owner)) {
    throw new ToolFailure('This is not a cursor of list_skills. Leave it out to begin with the first page.');
  }
  if (forFilter !== digest(filter)) {
    throw new ToolFailure(
      'This cursor belongs to another search. Send it with the same name, search, tags, whose and archived.',
    );
  }
  return { name: name.data, owner };
}

const isSubject = (text: string): boolean =>
  text !== '' && text.length <= MAX_OWNER && text.isWellFormed() && !text.includes('\0');

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) && value.length === 3 ? value : [];
  } catch {
    return [];
  }
}

/** 48 bits: enough to notice a mix-up, short enough for a model to repeat. */
const digest = ({ name, search, tags, whose, archived }: SkillFilter): string =>
  createHash('sha256')
    .update(JSON.stringify([name ?? null, search ?? null, [...tags].sort(), whose ?? 'all', archived ?? false]))
    .digest('base64url')
    .slice(0, 8);
