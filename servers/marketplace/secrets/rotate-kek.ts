import { sql } from 'kysely';
import { newKek } from '../../../core/kek.ts';
import { keyRingText, parseKeyRing, type KeyRing } from './key-ring.ts';
import { rewrap } from './sealed-value.ts';
import { holdKeysAlone, type SecretDatabase } from './secret-store.ts';

/** Where the keys lie, and whether new ones can be written there. */
export interface KeyFile {
  read(): Promise<string>;
  /** Whole or not at all. Absent where another writes it (a Secret of a cluster). */
  readonly write?: ((text: string) => Promise<void>) | undefined;
}

export interface Rotation {
  /** Secrets whose data key was wrapped anew. */
  readonly rewrapped: number;
  /** Old keys that are gone now, or that nothing needs any more where the file is another's to write. */
  readonly oldKeys: number;
}

/** Rows of one transaction: some milliseconds, in which writers of the same secrets wait. */
const BATCH = 100;

/**
 * Wraps every data key with a new key encryption key and removes the old ones. Each step can be the last one: the file has both keys until
 * nothing needs the old one, and whoever comes next carries on. Values stay sealed all the time.
 */
export async function rotateKek(db: SecretDatabase, file: KeyFile): Promise<Rotation> {
  const found = parseKeyRing(await file.read());
  // More than one key: a rotation that did not come to its end, or a new key that somebody has put in front.
  if (found.length === 1 && file.write) await file.write(`${newKek()}\n${keyRingText(found)}`);
  const ring = parseKeyRing(await file.read());
  let rewrapped = 0;
  for (let count = BATCH; count > 0; rewrapped += count) count = await rewrapSome(db, ring);
  await db.transaction().execute(async (last) => {
    // Nobody seals a value meanwhile, with a key that is about to go.
    await holdKeysAlone(last);
    for (let count = BATCH; count > 0; rewrapped += count) count = await rewrapSome(last, ring);
    await file.write?.(keyRingText([ring[0]]));
  });
  return { rewrapped, oldKeys: ring.length - 1 };
}

/** How many there were. */
async function rewrapSome(db: SecretDatabase, ring: KeyRing): Promise<number> {
  const [{ kid }] = ring;
  const work = async (change: SecretDatabase): Promise<number> => {
    const rows = await change
      .selectFrom('secrets')
      .select(['owner', 'name', 'sealed'])
      .where('kid', '!=', kid)
      .orderBy('owner')
      .orderBy('name')
      .limit(BATCH)
      .forUpdate()
      .execute();
    for (const { owner, name, sealed } of rows) {
      const anew = JSON.stringify(await rewrap(sealed, ring));
      await change
        .updateTable('secrets')
        .set({ sealed: sql`${anew}::jsonb`, kid })
        .where('owner', '=', owner)
        .where('name', '=', name)
        .execute();
    }
    return rows.length;
  };
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
