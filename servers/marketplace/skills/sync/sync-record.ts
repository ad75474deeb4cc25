import type { Kysely } from 'kysely';
import type { Tables } from '../../tables.ts';
import type { Tree } from '../skill-tree.ts';
import type { Agreement } from './plan-sync.ts';

/** Whose skills are synced with which folder. */
export interface SyncPair {
  readonly owner: string;
  readonly folder: string;
}

export async function readAgreements(
  db: Kysely<Tables>,
  { owner, folder }: SyncPair,
): Promise<ReadonlyMap<string, Agreement>> {
  const rows = await db
    .selectFrom('skill_syncs')
    .select(['name', 'agreed', 'intent'])
    .where('owner', '=', owner)
    .where('folder', '=', folder)
    .execute();
  return new Map(rows.map(({ name, agreed, intent }) => [name, { agreed: agreed ?? {}, intent: intent ?? undefined }]));
}

/** Says what is about to be written to the folder, before the first byte. */
export const recordIntent = async (db: Kysely<Tables>, pair: SyncPair, name: string, intent: Tree): Promise<void> =>
  put(db, pair, name, { intent: JSON.stringify(intent) });

/** Says what both sides are now. */
export const recordAgreement = async (db: Kysely<Tables>, pair: SyncPair, name: string, agreed: Tree): Promise<void> =>
  put(db, pair, name, { agreed: JSON.stringify(agreed), intent: 'null' });

async function put(
  db: Kysely<Tables>,
  { owner, folder }: SyncPair,
  name: string,
  columns: { readonly agreed?: string; readonly intent: string },
): Promise<void> {
  await db
    .insertInto('skill_syncs')
    .values({ owner, folder, name, agreed: 'null', ...columns })
    .onConflict((conflict) => conflict.columns(['owner', 'folder', 'name']).doUpdateSet(columns))
    .execute();
}
