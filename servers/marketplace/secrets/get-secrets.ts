import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/index.ts';
import { ownerOf } from '../marketplace-services.ts';
import { audit, auditRefused } from './secret-audit.ts';
import { granteeName, secretName } from './secret-name.ts';
import { holdSecrets, isGranted, readValue, type SecretDatabase, type SecretId } from './secret-store.ts';
import { noSuchSecret, type VaultServices } from './vault.ts';
import { skillName } from '../skills/skill.ts';

/** Secrets of one call: a program has a handful. */
const MAX_NAMES = 16;

export const getSecrets = defineTool({
  name: 'get_secrets',
  title: 'Read secrets',
  description:
    'Answers values of secrets that the signed-in user owns, or that were granted to them, their role, or a skill that they may read. ' +
    'Each read is noted for the owner. Ask only for what the task needs, and do not repeat values in the conversation.',
  // A read leaves a line in the audit.
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scopes: ['secrets:read'],
  input: z.strictObject({
    names: z.array(secretName()).min(1).max(MAX_NAMES).describe('The secrets, for example ["STRIPE_API_KEY"].'),
    owner: granteeName().optional().describe('Whose they are, where that is somebody else.'),
    skill: skillName().optional().describe('The skill of that owner for which they are read.'),
  }),
  output: z.object({ secrets: z.array(z.object({ name: z.string(), value: z.string(), version: z.int() })) }),
  handler: async ({ names, owner: other, skill }, context: ToolContext<VaultServices>) => {
    const { identity, database, keys } = context;
    const reader = ownerOf(identity);
    const owner = other ?? reader;
    const ids = [...new Set(names)].map((name) => ({ owner, name }));
    // One transaction, in which the secrets stay as they are: what is granted counts for the value that is answered. What cannot be
    // noted is not answered.
    const read = await database
      .use()
      .transaction()
      .execute(async (db) => {
        const there = await holdSecrets(db, owner, names);
        const refused = await refusedOf(db, there, ids, { ...context, skill });
        for (const id of refused) await auditRefused(db, id, identity);
        if (refused.length > 0) return { refused };
        const secrets: { name: string; value: string; version: number }[] = [];
        for (const id of ids) {
          const secret = await readValue(db, id, keys);
          await audit(db, id, identity, 'read');
          secrets.push({ name: id.name, ...secret });
        }
        return { secrets };
      });
    if (read.refused) throw noSuchSecret(read.refused.map(({ name }) => name));
    return read;
  },
});

/** Those that are not there, or not for this reader. */
async function refusedOf(
  db: SecretDatabase,
  there: ReadonlySet<string>,
  ids: readonly SecretId[],
  {
    identity,
    mayReadSkill,
    skill,
  }: Pick<ToolContext<VaultServices>, 'identity' | 'mayReadSkill'> & { skill: string | undefined },
): Promise<readonly SecretId[]> {
  const refused: SecretId[] = [];
  const owner = ids[0]?.owner ?? '';
  const forSkill =
    skill !== undefined && (await mayReadSkill(db, { owner, name: skill }, identity)) ? skill : undefined;
  for (const id of ids) {
    // What is not there is granted to nobody. Others' secrets are asked for whether they are there or not, so that time tells nothing.
    const isOpen = owner === identity.subject ? there.has(id.name) : await isGranted(db, id, identity, forSkill);
    if (!isOpen) refused.push(id);
  }
  return refused;
}
