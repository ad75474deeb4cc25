import { z } from 'zod';
import { definePrompt } from '../../kit/index.ts';
import type { MarketplaceServices } from '../marketplace-services.ts';
import { skillMd } from './skill-md.ts';
import { skillUri } from './skill-resources.ts';
import { getSkill } from './skill-store.ts';
import { skillName, skillOwner } from './skill.ts';

/** One prompt for all skills: the list of prompts is the same for every caller, and a skill's name tells of it. */
export const useSkill = definePrompt<
  z.ZodObject<{ name: z.ZodString; owner: z.ZodOptional<z.ZodString> }>,
  MarketplaceServices
>({
  name: 'use_skill',
  title: 'Use a skill',
  description: 'Begins a task with one of your skills, or one that is shared with you.',
  scopes: ['tools:read'],
  input: z.object({
    name: skillName().describe('Name of the skill.'),
    owner: skillOwner().optional().describe('Whose it is, where several people share one of this name.'),
  }),
  handler: async ({ name, owner }, { identity, database }) => {
    const skill = await getSkill(database.use(), identity, { name, owner });
    const files = skill.files.map(({ path }) => `- ${skillUri(skill.owner, skill.name, path)}`);
    const beside = files.length > 0 ? `\n\nIts files, as resources:\n${files.join('\n')}` : '';
    return [{ role: 'user', content: `Follow this skill for what I ask next.\n\n${skillMd(skill)}${beside}` }];
  },
});
