import { z } from 'zod';
import { defineTool, ToolFailure, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type MarketplaceServices } from '../marketplace-services.ts';
import { saveNew } from './save-skill.ts';
import { Sharing } from './sharing.ts';
import { changeFiles, FileChange, MAX_FILES } from './skill-file.ts';
import { parseSkillMd, type SkillText } from './skill-md.ts';
import { getSkill } from './skill-store.ts';
import { skillContent, skillDescription, skillName, SkillSummary, skillTags, summaryOf } from './skill.ts';

export const createSkill = defineTool({
  name: 'create_skill',
  title: 'Create a skill',
  description:
    'Saves a new skill for the signed-in user: instructions in Markdown that a model reads when a task calls for them, with files ' +
    'where they help (scripts/, references/, assets/). Send name, description and content, or a whole SKILL.md as content. ' +
    'Names are unique for each user; to change a skill that exists, use update_skill.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  scopes: ['user'],
  input: z.strictObject({
    name: skillName().optional().describe('Short name, for example "pdf-forms".'),
    description: skillDescription()
      .optional()
      .describe('What the skill does and when to use it; this is what a model chooses by.'),
    content: skillContent().describe(
      'The instructions, in Markdown. A whole SKILL.md with front matter says name and description itself, and is kept as it is.',
    ),
    tags: skillTags().default([]).describe('Words to find it by.'),
    files: z.array(FileChange).max(MAX_FILES).default([]).describe('Files that the content names.'),
    sharing: Sharing.default([]).describe('Who else may read it; nobody unless said.'),
  }),
  output: z.object({ skill: SkillSummary }),
  handler: async ({ tags, files, sharing, ...given }, { identity, database }: ToolContext<MarketplaceServices>) => {
    const owner = ownerOf(identity);
    const text = await textOf(given);
    const db = database.use();
    const saved = await saveNew(db, owner, { ...text, tags, ...changeFiles([], files), archived: false, sharing });
    if (saved === 'saved') return { skill: summaryOf(await getSkill(db, identity, { name: text.name, owner })) };
    throw new ToolFailure(
      `The user already has a skill named ${text.name}, at version ${saved}. ` +
        'Change it with update_skill (archived ones too), or choose another name.',
    );
  },
});

async function textOf({
  name,
  description,
  content,
}: {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly content: string;
}): Promise<SkillText> {
  const parsed = await parseSkillMd(content);
  if (!parsed) {
    if (name !== undefined && description !== undefined) return { name, description, content, frontMatter: '' };
    throw new ToolFailure('Send name and description, or a whole SKILL.md as content, whose front matter says both.');
  }
  if ((name ?? parsed.name) !== parsed.name || (description ?? parsed.description) !== parsed.description) {
    throw new ToolFailure(
      'Name and description differ from those of the front matter. Leave them out, or send content without front matter.',
    );
  }
  return parsed;
}
