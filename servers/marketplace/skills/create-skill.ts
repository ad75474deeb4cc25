import { z } from 'zod';
import { defineTool, ToolFailure, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type MarketplaceServices } from '../marketplace-services.ts';
import { skillContent, skillDescription, skillName, SkillSummary, skillTags } from './skill.ts';
import { countSkills, insertSkill, skillVersion } from './skill-store.ts';

/** More than a model can choose from, and 64 MB at most. Calls at the same moment may pass it by a few. */
const MAX_SKILLS = 1000;

export const createSkill = defineTool({
  name: 'create_skill',
  title: 'Create a skill',
  description:
    'Saves a new skill for the signed-in user: instructions in Markdown that a model reads when a task calls for them. ' +
    'Names are unique for each user; to change a skill that exists, use update_skill.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  scopes: ['user'],
  input: z.strictObject({
    name: skillName().describe('Short name, for example "pdf-forms".'),
    description: skillDescription().describe(
      'What the skill does and when to use it; this is what a model chooses by.',
    ),
    content: skillContent().describe('The instructions, in Markdown (the body of a SKILL.md, without front matter).'),
    tags: skillTags().default([]).describe('Words to find it by.'),
  }),
  output: z.object({ skill: SkillSummary }),
  handler: async (draft, { identity, database }: ToolContext<MarketplaceServices>) => {
    const owner = ownerOf(identity);
    const db = database.use();
    if ((await countSkills(db, owner)) >= MAX_SKILLS) {
      throw new ToolFailure(
        `The user has ${MAX_SKILLS} skills, which is the limit. Change one that exists with update_skill.`,
      );
    }
    const skill = await insertSkill(db, owner, draft);
    if (skill) return { skill };
    throw new ToolFailure(
      `The user already has a skill named ${draft.name}, at version ${await skillVersion(db, owner, draft.name)}. ` +
        'Change it with update_skill, or choose another name.',
    );
  },
});
