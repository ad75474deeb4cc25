import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { Failure } from '../../../../core/failure.ts';

/** The folder that sync_skills works on. */
export interface SkillsFolderSetting {
  readonly path: string;
  /** It lies in HOME of the server, which makes it where it is missing. One that was named is never made: it may be away. */
  readonly isOurs: boolean;
}

/** `MARKETPLACE_SKILLS_FOLDER`, else `skills` in HOME. Throws a `Failure` (`bad_environment`). */
export function skillsFolderSetting(env: NodeJS.ProcessEnv): SkillsFolderSetting {
  const named = env['MARKETPLACE_SKILLS_FOLDER'] ?? '';
  if (named === '') return { path: join(env['HOME'] || homedir(), 'skills'), isOurs: true };
  if (isAbsolute(named)) return { path: named, isOurs: false };
  throw new Failure('bad_environment', 'MARKETPLACE_SKILLS_FOLDER must be an absolute path, for example /srv/skills.');
}
