import type { Transaction } from 'kysely';
import { ToolFailure, type Identity, type ServerDatabase } from '../../kit/index.ts';
import type { Tables } from '../tables.ts';
import type { KeyRing } from './key-ring.ts';
import { audit, type AuditedAction } from './secret-audit.ts';
import { countSecrets, findSecret, MAX_SECRETS, type SecretDatabase, type SecretId } from './secret-store.ts';

/** What the tools and the page for secrets work on. */
export interface VaultServices {
  readonly database: ServerDatabase<Tables>;
  /** The key encryption keys as they are now. */
  readonly keys: () => Promise<KeyRing>;
  /** Whether this person may read a skill of somebody: then what is granted to the skill is for them. */
  readonly mayReadSkill: (db: SecretDatabase, skill: SecretId, reader: Identity) => Promise<boolean>;
  /** The public URL of a page of this server. */
  readonly pageUrl: (id: string) => string;
}

/** Does something to a secret and notes it: both, or neither. */
export async function audited<Result>(
  { database, identity }: Pick<VaultServices, 'database'> & { readonly identity: Identity },
  id: SecretId,
  action: AuditedAction,
  work: (db: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  return database
    .use()
    .transaction()
    .execute(async (db) => {
      const result = await work(db);
      await audit(db, id, identity, action);
      return result;
    });
}

/** Throws a ToolFailure where a new secret of this name would be one too many, or a rotation has nothing to rotate. */
export async function expectPlace(db: SecretDatabase, id: SecretId, action: 'set' | 'rotate'): Promise<void> {
  const there = await findSecret(db, id);
  if (action === 'rotate' && !there) throw noSuchSecret([id.name]);
  if (action === 'set' && there) {
    throw new ToolFailure(`There is a secret ${id.name} already. Use the action rotate to give it another value.`);
  }
  if (!there && (await countSecrets(db, id.owner)) >= MAX_SECRETS) {
    throw new ToolFailure(`The user has ${MAX_SECRETS} secrets, which is the limit. Delete one that is not needed.`);
  }
}

/** Says the same of what is not there and of what is not for the caller. */
export const noSuchSecret = (names: readonly string[]): ToolFailure =>
  new ToolFailure(
    `There is no secret ${names.join(', ')} that this user may read. manage_secrets with the action list shows their own; ` +
      'whoever owns another one can grant it.',
  );
