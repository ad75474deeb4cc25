import { createLog } from '../../core/log.ts';
import { createServer, type RunningServer } from '../kit/index.ts';
import { serverDatabase } from '../kit/server-database.ts';
import type { MarketplaceServices } from './marketplace-services.ts';
import { migrations } from './migrations.ts';
import type { Tables } from './tables.ts';
import { analyzeSkill } from './skills/analysis/analyze-skill.ts';
import { createSkill } from './skills/create-skill.ts';
import { listSkills } from './skills/list-skills.ts';
import { readSkill } from './skills/read-skill.ts';
import { skillResources } from './skills/skill-resources.ts';
import { skillsFolderSetting } from './skills/sync/skills-folder-setting.ts';
import { syncSkills } from './skills/sync/sync-skills.ts';
import { updateSkill } from './skills/update-skill.ts';
import { useSkill } from './skills/use-skill.ts';

/**
 * Starts the marketplace, where people keep their skills, on the database that `DATABASE_URL` names. It answers before the
 * database does: tools say so until it is there. Throws a `Failure` (`bad_environment`, `port_in_use`, `cannot_listen`).
 */
export async function startMarketplace(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const log = createLog('marketplace');
  const database = serverDatabase<Tables>(env, { migrations, log });
  const server = await createServer<MarketplaceServices>(
    {
      name: 'marketplace',
      title: 'Marketplace',
      version: '0.1.0',
      instructions:
        'Skills are instructions that a person keeps for models: each has a name, a description of when to use it, and ' +
        'content in Markdown. Find them with list_skills and read what fits the task with read_skill before you begin it. ' +
        'Skills are resources, too: skill://{owner}/{name}/SKILL.md. Those of other owners are what these people advise.',
      tools: [createSkill, updateSkill, listSkills, readSkill, analyzeSkill, syncSkills],
      templates: [skillResources],
      prompts: [useSkill],
      services: { database, skillsFolder: skillsFolderSetting(env) },
      ready: async () => database.ready(),
      close: async () => database.close(),
      log,
    },
    env,
  );
  database.start();
  return server;
}
