import { z } from 'zod';
import { defineTool, ToolFailure, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type MarketplaceServices } from '../marketplace-services.ts';
import { skillContent, skillDescription, skillName, SkillSummary, skillTags } from './skill.ts';
import { changeSkill, skillVersion } from './skill-store.ts';

/** PostgreSQL's integer, one below its end because the version grows. */
const MAX_VERSION = 2 ** 31 - 2;

export const updateSkill = defineTool({
  name: 'update_skill',
  title: 'Change a skill',
  description:
    'Replaces description, content or tags of a skill of the signed-in user; what is left out stays as it is. ' +
    'Send the version that you have read (list_skills shows it): when somebody changed the skill since, nothing is written.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  scopes: ['user'],
  input: z.strictObject({
    name: skillName().describe('Which skill.'),
    version: z.int().min(1).max(MAX_VERSION).describe('The version that the change is based on.'),
    description: skillDescription().optional().describe('The new description, whole.'),
    content: skillContent().optional().describe('The new content, whole.'),
    tags: skillTags().optional().describe('The new tags, all of them; an empty list removes them.'),
  }),
  output: z.object({ skill: SkillSummary }),
  handler: async ({ name, version, ...given }, { identity, database }: ToolContext<MarketplaceServices>) => {
    const owner = ownerOf(identity);
    const changes = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    if (Object.keys(changes).length === 0) {
      throw new ToolFailure('There is nothing to change. Send at least one of description, content and tags.');
    }
    const db = database.use();
    const skill = await changeSkill(db, owner, { name, version }, changes);
    if (skill) return { skill };
    const current = await skillVersion(db, owner, name);
    throw new ToolFailure(
      current === undefined
        ? `The user has no skill named ${name}. list_skills shows what there is; create_skill makes a new one.`
        : `The skill ${name} is at version ${current} now, not ${version}: somebody changed it. Nothing was written. ` +
            `Read it with list_skills {"name":"${name}","includeContent":true}, put your change into that, and send version ${current}.`,
    );
  },
});
