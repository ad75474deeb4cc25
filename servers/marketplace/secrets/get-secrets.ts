import { z } from 'zod';
import { defineTool, type Identity, type ToolContext } from '../../kit/index.ts';
import { ownerOf } from '../marketplace-services.ts';
import { audit, auditRefused } from './secret-audit.ts';
import { granteeName, secretName } from './secret-name.ts';
import { isGranted, readValue, type SecretId } from './secret-store.ts';
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
    const db = database.use();
    const ids = [...new Set(names)].map((name) => ({ owner, name }));
    const refused = await refusedOf(ids, identity, skill, context);
    if (refused.length > 0) {
      await db.transaction().execute(async (change) => {
        for (const id of refused) if (id.isThere) await auditRefused(change, id, identity);
      });
      throw noSuchSecret(refused.map(({ name }) => name));
    }
    // What cannot be noted is not answered.
    const secrets = await db.transaction().execute(async (change) => {
      const found: { name: string; value: string; version: number }[] = [];
      for (const id of ids) {
        const secret = await readValue(change, id, keys);
        if (!secret) throw noSuchSecret([id.name]);
        await audit(change, id, identity, 'read');
        found.push({ name: id.name, ...secret });
      }
      return found;
    });
    return { secrets };
  },
});

/** Those that are not there, or not for this reader. */
async function refusedOf(
  ids: readonly SecretId[],
  identity: Identity,
  skill: string | undefined,
  { database, mayReadSkill }: ToolContext<VaultServices>,
): Promise<readonly (SecretId & { isThere: boolean })[]> {
  const db = database.use();
  const refused: (SecretId & { isThere: boolean })[] = [];
  const owner = ids[0]?.owner ?? '';
  const forSkill = skill !== undefined && (await mayReadSkill(owner, skill, identity)) ? skill : undefined;
  const there = await db
    .selectFrom('secrets')
    .select('name')
    .where('owner', '=', owner)
    .where(
      'name',
      'in',
      ids.map(({ name }) => name),
    )
    .execute();
  for (const id of ids) {
    const isThere = there.some(({ name }) => name === id.name);
    const isOpen = isThere && (owner === identity.subject || (await isGranted(db, id, identity, forSkill)));
    if (!isOpen) refused.push({ ...id, isThere });
  }
  return refused;
}
