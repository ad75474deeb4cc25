import { mkdir } from 'node:fs/promises';
import { z } from 'zod';
import { defineTool, type ToolContext } from '../../../kit/index.ts';
import { ownerOf, type MarketplaceServices } from '../../marketplace-services.ts';
import { openSkillsFolder } from './skills-folder.ts';
import { sync } from './sync.ts';

export const syncSkills = defineTool({
  name: 'sync_skills',
  title: 'Sync skills with a folder',
  description:
    'Compares the skills of the user with the folder of skills of this server (a git checkout, for example), and brings over what ' +
    'one side alone has changed since both were equal. Without dryRun: false it only shows, with a unified diff. What both sides ' +
    'changed is a conflict: shown, never written over. Skills that are gone from the folder are archived.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  // The folder is not the user's but that of who runs the server.
  scopes: ['admin'],
  input: z.strictObject({
    direction: z
      .enum(['pull', 'push', 'both'])
      .default('both')
      .describe('"pull" brings changes of the folder into the database, "push" those of the database into the folder.'),
    dryRun: z.boolean().default(true).describe('true shows what would be done, and changes nothing.'),
  }),
  output: z.object({
    dryRun: z.boolean(),
    unchanged: z.int().describe('Skills that are equal on both sides.'),
    skills: z.array(
      z.object({
        name: z.string(),
        action: z.enum(['pull', 'push', 'conflict', 'left', 'problem']),
        message: z.string(),
        diff: z.string().optional(),
      }),
    ),
  }),
  handler: async ({ direction, dryRun }, context: ToolContext<MarketplaceServices>) => {
    const { identity, database, skillsFolder, signal } = context;
    const owner = ownerOf(identity);
    if (skillsFolder.isOurs) await mkdir(skillsFolder.path, { recursive: true, mode: 0o700 });
    const folder = await openSkillsFolder(skillsFolder.path);
    const ends = { db: database.use(), folder, pair: { owner, folder: folder.path } };
    const { unchanged, skills } = await sync(ends, { direction, dryRun, signal });
    return { dryRun, unchanged, skills: [...skills] };
  },
});
