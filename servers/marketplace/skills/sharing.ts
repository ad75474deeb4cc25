import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import { z } from 'zod';
import type { Identity } from '../../kit/index.ts';
import { ownerOf } from '../marketplace-services.ts';
import type { Tables } from '../tables.ts';

/** Grantees of one skill; more are better served by a scope. */
const MAX_SHARES = 50;
/** Characters of a subject or a scope: OpenID Connect Core section 2 allows 255 for a subject. */
const MAX_GRANTEE = 255;

const grantee = () =>
  z
    .string()
    .min(1)
    .max(MAX_GRANTEE)
    .refine((text) => text.isWellFormed() && !text.includes('\0'), 'must be text');

/** With whom a skill is shared, for reading. */
export const Sharing = z
  .array(
    z.union([
      z.strictObject({ person: grantee().describe('Subject of a person.') }),
      z.strictObject({ scope: grantee().describe('Everyone who is signed in with this scope.') }),
      z.strictObject({ everyone: z.literal(true).describe('Everyone who is signed in.') }),
    ]),
  )
  .max(MAX_SHARES);
export type Sharing = z.output<typeof Sharing>;
type Share = Pick<Tables['skill_shares'], 'kind' | 'grantee'>;

const rowOf = (entry: Sharing[number]): Share => {
  if ('person' in entry) return { kind: 'person', grantee: entry.person };
  if ('scope' in entry) return { kind: 'scope', grantee: entry.scope };
  return { kind: 'everyone', grantee: '' };
};
const entryOf = ({ kind, grantee: who }: Share): Sharing[number] =>
  kind === 'person' ? { person: who } : kind === 'scope' ? { scope: who } : { everyone: true };

/** Replaces whom a skill is shared with. */
export async function replaceSharing(db: Kysely<Tables>, owner: string, name: string, sharing: Sharing): Promise<void> {
  await db.deleteFrom('skill_shares').where('owner', '=', owner).where('name', '=', name).execute();
  if (sharing.length === 0) return;
  await db
    .insertInto('skill_shares')
    .values(sharing.map((entry) => ({ owner, name, ...rowOf(entry) })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function readSharing(db: Kysely<Tables>, owner: string, name: string): Promise<Sharing> {
  const rows = await db
    .selectFrom('skill_shares')
    .select(['kind', 'grantee'])
    .where('owner', '=', owner)
    .where('name', '=', name)
    .orderBy('kind')
    .orderBy('grantee')
    .execute();
  return rows.map(entryOf);
}

export type Whose = 'mine' | 'shared' | 'all';

/**
 * Which skills a person may see: the only place that says so. One's own, and what others share with the person, with a scope that the
 * caller has, or with everyone; an archived skill is its owner's alone. A `ToolFailure` where nobody is signed in.
 */
export function visibleTo(identity: Identity, whose: Whose = 'all') {
  const person = ownerOf(identity);
  return (is: ExpressionBuilder<Tables, 'skills'>): Expression<SqlBool> => {
    const mine = is('skills.owner', '=', person);
    const shared = is.and([
      is('skills.owner', '!=', person),
      is('skills.archived', '=', false),
      is.exists(
        is
          .selectFrom('skill_shares')
          .select(sql.lit(1).as('one'))
          .whereRef('skill_shares.owner', '=', 'skills.owner')
          .whereRef('skill_shares.name', '=', 'skills.name')
          .where((share) =>
            share.or([
              share('kind', '=', 'everyone'),
              share.and([share('kind', '=', 'person'), share('grantee', '=', person)]),
              share.and([
                share('kind', '=', 'scope'),
                sql<boolean>`grantee = any(${sql.val([...identity.scopes])}::text[])`,
              ]),
            ]),
          ),
      ),
    ]);
    if (whose === 'mine') return mine;
    return whose === 'shared' ? shared : is.or([mine, shared]);
  };
}
