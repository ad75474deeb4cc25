import { type Identity, ToolFailure } from '../kit/index.ts';
import type { ServerDatabase } from '../kit/server-database.ts';
import type { SkillsFolderSetting } from './skills/sync/skills-folder-setting.ts';
import type { Tables } from './tables.ts';

/** What the tools of the marketplace work on. */
export interface MarketplaceServices {
  readonly database: ServerDatabase<Tables>;
  readonly skillsFolder: SkillsFolderSetting;
  /** Names of the secrets that a person keeps, or of those granted to this skill of the person. Absent: no secrets are kept here. */
  readonly secretNames?: (owner: string, skill?: string) => Promise<ReadonlySet<string>>;
}

/** Whose skills a call is about: a person's own, nobody else's. */
export function ownerOf({ subject }: Identity): string {
  if (subject !== undefined) return subject;
  throw new ToolFailure('Nobody is signed in. Skills belong to people: ask the user to sign in, then call again.');
}
