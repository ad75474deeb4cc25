import { createLog, type Log } from '../../core/log.ts';
import { createServer, pageUrl, type RunningServer } from '../kit/index.ts';
import { serverDatabase } from '../kit/server-database.ts';
import type { MarketplaceServices } from './marketplace-services.ts';
import { migrations } from './migrations.ts';
import { forgetOld } from './secrets/secret-audit.ts';
import { readKeyRing } from './secrets/key-ring.ts';
import { secretNames } from './secrets/secret-store.ts';
import { secretMigrations } from './secrets/secret-tables.ts';
import { valuePage } from './secrets/type-on-page.ts';
import type { VaultServices } from './secrets/vault.ts';
import type { Tables } from './tables.ts';
import { getSecrets } from './secrets/get-secrets.ts';
import { manageSecrets } from './secrets/manage-secrets.ts';
import { analyzeSkill } from './skills/analysis/analyze-skill.ts';
import { createSkill } from './skills/create-skill.ts';
import { listSkills } from './skills/list-skills.ts';
import { readSkill } from './skills/read-skill.ts';
import { findSkill } from './skills/skill-store.ts';
import { skillResources } from './skills/skill-resources.ts';
import { skillsFolderSetting } from './skills/sync/skills-folder-setting.ts';
import { syncSkills } from './skills/sync/sync-skills.ts';
import { updateSkill } from './skills/update-skill.ts';
import { useSkill } from './skills/use-skill.ts';

/** Milliseconds: what is too old may stay an hour longer. */
const FORGET_EVERY_MS = 3_600_000;

/**
 * Starts the marketplace, where people keep their skills, on the database that `DATABASE_URL` names. It answers before the
 * database does: tools say so until it is there. Throws a `Failure` (`bad_environment`, `port_in_use`, `cannot_listen`).
 */
export async function startMarketplace(env: NodeJS.ProcessEnv = process.env): Promise<RunningServer> {
  const log = createLog('marketplace');
  const database = serverDatabase<Tables>(env, { migrations: { ...migrations, ...secretMigrations }, log });
  const forgetting = setInterval(() => void forget(database, log), FORGET_EVERY_MS).unref();
  const server = await createServer<MarketplaceServices & VaultServices>(
    {
      name: 'marketplace',
      title: 'Marketplace',
      version: '0.1.0',
      instructions:
        'Skills are instructions that a person keeps for models: each has a name, a description of when to use it, and ' +
        'content in Markdown. Find them with list_skills and read what fits the task with read_skill before you begin it. ' +
        'Skills are resources, too: skill://{owner}/{name}/SKILL.md. Those of other owners are what these people advise. ' +
        'Secrets of the person are kept with manage_secrets; let the person type values on its page.',
      tools: [createSkill, updateSkill, listSkills, readSkill, analyzeSkill, syncSkills, manageSecrets, getSecrets],
      templates: [skillResources],
      prompts: [useSkill],
      pages: [valuePage],
      services: {
        database,
        skillsFolder: skillsFolderSetting(env),
        keys: async () => readKeyRing(env['MOORING_KEK_FILE']),
        mayReadSkill: async (db, skill, reader) => (await findSkill(db, reader, skill)) !== undefined,
        secretNames: async (owner, skill) => secretNames(database.use(), owner, skill),
        pageUrl: (id) => pageUrl(env, 'secret', id),
      },
      ready: async () => database.ready(),
      close: async () => {
        clearInterval(forgetting);
        await database.close();
      },
      log,
    },
    env,
  );
  database.start();
  return server;
}

async function forget(database: VaultServices['database'], log: Log): Promise<void> {
  try {
    await forgetOld(database.use());
  } catch (error) {
    log.warn({ err: error }, 'what is too old was not deleted; it is tried again');
  }
}
