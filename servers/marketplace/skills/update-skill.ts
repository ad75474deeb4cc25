import { z } from 'zod';
import { defineTool, ToolFailure, type ToolContext } from '../../kit/index.ts';
import { ownerOf, type MarketplaceServices } from '../marketplace-services.ts';
import { deleteArchived, saveNext, type NextSkill } from './save-skill.ts';
import { Sharing } from './sharing.ts';
import { changeFiles, FileChange, MAX_FILES } from './skill-file.ts';
import { parseSkillMd, withDescription, type SkillText } from './skill-md.ts';
import { findSkill, type KeptSkill } from './skill-store.ts';
import {
  skillContent,
  skillDescription,
  skillName,
  SkillSummary,
  skillTags,
  skillVersion,
  summaryOf,
} from './skill.ts';

const input = z.strictObject({
  name: skillName().describe('Which skill.'),
  version: skillVersion().describe('The version that the change is based on.'),
  description: skillDescription().optional().describe('The new description, whole.'),
  content: skillContent()
    .optional()
    .describe(
      'The new content, whole. A SKILL.md with front matter replaces that too; without, the front matter stays.',
    ),
  tags: skillTags().optional().describe('The new tags, all of them; an empty list removes them.'),
  files: z.array(FileChange).min(1).max(MAX_FILES).optional().describe('Files to write or to remove; others stay.'),
  sharing: Sharing.optional().describe('Who else may read it, all of them; an empty list ends all sharing.'),
  state: z
    .enum(['active', 'archived', 'deleted'])
    .optional()
    .describe('"archived" hides it and keeps it; "deleted" ends an archived one with all its versions, for good.'),
});
type Changes = Omit<z.output<typeof input>, 'name' | 'version'>;

export const updateSkill = defineTool({
  name: 'update_skill',
  title: 'Change a skill',
  description:
    'Changes a skill of the signed-in user: description, content, tags, files, whom it is shared with, or whether it is archived; ' +
    'what is left out stays as it is. Send the version that you have read (list_skills and read_skill show it): when somebody ' +
    'changed the skill since, nothing is written. Old versions are kept.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  scopes: ['user'],
  input,
  output: z.object({ skill: SkillSummary.optional().describe('Absent where it was deleted.') }),
  handler: async ({ name, version, ...changes }, { identity, database }: ToolContext<MarketplaceServices>) => {
    const owner = ownerOf(identity);
    if (Object.values(changes).every((value) => value === undefined)) {
      throw new ToolFailure(
        'There is nothing to change. Send at least one of description, content, tags, files, sharing and state.',
      );
    }
    const db = database.use();
    const skill = await findSkill(db, identity, { name, owner });
    if (skill?.version !== version) throw stale(name, version, skill?.version);
    if (changes.state === 'deleted') {
      if (!skill.archived)
        throw new ToolFailure(`The skill ${name} is not archived. Archive it first: deleting cannot be taken back.`);
      if (!(await deleteArchived(db, owner, skill))) throw stale(name, version, undefined);
      return {};
    }
    const saved = await saveNext(db, owner, skill, await nextOf(skill, changes));
    const now = await findSkill(db, identity, { name, owner });
    if (!saved || !now) throw stale(name, version, now?.version);
    return { skill: summaryOf(now) };
  },
});

async function nextOf(
  skill: KeptSkill,
  { description, content, tags, files, sharing, state }: Changes,
): Promise<NextSkill> {
  return {
    ...(await textOf(skill, { description, content })),
    tags: tags ?? skill.tags,
    ...changeFiles(skill.files, files ?? []),
    archived: state === undefined ? skill.archived : state === 'archived',
    sharing,
  };
}

async function textOf(
  { name, frontMatter, ...skill }: SkillText,
  { description, content }: Pick<Changes, 'description' | 'content'>,
): Promise<SkillText> {
  const parsed = content === undefined ? undefined : await parseSkillMd(content);
  if (parsed && parsed.name !== name) {
    throw new ToolFailure(
      `The front matter names ${parsed.name}, the skill is ${name}. A skill keeps its name; create_skill makes another one.`,
    );
  }
  if (parsed && (description ?? parsed.description) !== parsed.description) {
    throw new ToolFailure('The description differs from that of the front matter. Leave one of them out.');
  }
  return (
    parsed ?? {
      name,
      description: description ?? skill.description,
      content: content ?? skill.content,
      frontMatter: description === undefined ? frontMatter : await withDescription(frontMatter, description),
    }
  );
}

const stale = (name: string, version: number, current: number | undefined): ToolFailure =>
  new ToolFailure(
    current === undefined
      ? `The user has no skill named ${name}. list_skills shows what there is; create_skill makes a new one.`
      : `The skill ${name} is at version ${current} now, not ${version}: somebody changed it. Nothing was written. ` +
          `Read it with list_skills {"name":"${name}","includeContent":true}, put your change into that, and send version ${current}.`,
  );
