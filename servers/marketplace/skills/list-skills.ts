import { z } from 'zod';
import { defineTool, type ToolContext } from '../../kit/index.ts';
import type { MarketplaceServices } from '../marketplace-services.ts';
import { decodeCursor, encodeCursor } from './skill-cursor.ts';
import { searchText, skillName, SkillSummary, skillTags } from './skill.ts';
import { selectSkills } from './skill-store.ts';

/** Skills of a page, by default and at most: summaries of about 300 bytes, which a model still reads at once. */
const PAGE = 20;
const MAX_PAGE = 100;
/** With content, 64 KB each, a page stays below a megabyte. */
const MAX_PAGE_WITH_CONTENT = 10;

export const listSkills = defineTool({
  name: 'list_skills',
  title: 'List skills',
  description:
    'Lists the skills that the signed-in user has and those that others share with the user, by name, without their content ' +
    'unless asked. read_skill reads one with its files. Where nextCursor comes back there are more: call again with it and the ' +
    'same name, search, tags, whose and archived.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  scopes: ['tools:read'],
  input: z.strictObject({
    name: skillName().optional().describe('Only the skill of exactly this name.'),
    search: searchText().optional().describe('Text that the name or the description contains, in any case.'),
    tags: skillTags().default([]).describe('Only skills that have all of these tags.'),
    whose: z.enum(['mine', 'shared', 'all']).default('all').describe('"shared" are those of others.'),
    archived: z.boolean().default(false).describe("true lists the user's archived skills instead."),
    includeContent: z
      .boolean()
      .default(false)
      .describe(`true adds the content of each skill; a page then has ${MAX_PAGE_WITH_CONTENT} skills at most.`),
    limit: z.int().min(1).max(MAX_PAGE).default(PAGE).describe('Most skills of this page.'),
    cursor: z.string().max(4096).optional().describe('nextCursor of the page before.'),
  }),
  output: z.object({
    skills: z.array(SkillSummary.extend({ content: z.string().optional() })),
    nextCursor: z.string().optional().describe('Absent on the last page.'),
  }),
  handler: async (
    { includeContent, limit: wanted, cursor, ...filter },
    { identity, database }: ToolContext<MarketplaceServices>,
  ) => {
    const limit = includeContent ? Math.min(wanted, MAX_PAGE_WITH_CONTENT) : wanted;
    const after = cursor === undefined ? undefined : decodeCursor(cursor, filter);
    const found = await selectSkills(database.use(), identity, filter, { after, limit, withContent: includeContent });
    const skills = found.slice(0, limit);
    const last = found.length > limit ? skills.at(-1) : undefined;
    return { skills, ...(last && { nextCursor: encodeCursor(last, filter) }) };
  },
});
