import { defineResourceTemplate } from '../../kit/index.ts';
import type { MarketplaceServices } from '../marketplace-services.ts';
import { fileText } from './file-text.ts';
import { decodeCursor, encodeCursor } from './skill-cursor.ts';
import { skillMd } from './skill-md.ts';
import { findSkill, readBlob, selectSkills } from './skill-store.ts';
import { SKILL_MD } from './skill-tree.ts';
import { skillName } from './skill.ts';

const PAGE = 100;
const ALL = { tags: [] };

export const skillUri = (owner: string, name: string, path = SKILL_MD): string =>
  `skill://${encodeURIComponent(owner)}/${name}/${path.split('/').map(encodeURIComponent).join('/')}`;

/**
 * Skills as resources, as SEP-2640 names them. Not by the SDK's `ext/skills`: it takes over resources/list and resources/read of the whole
 * server, past the kit's scopes, bounds and metrics.
 */
export const skillResources = defineResourceTemplate<MarketplaceServices>({
  name: 'skill',
  title: 'Skills',
  description: 'Your skills and those that are shared with you: SKILL.md, and each file that it names beside it.',
  uriTemplate: 'skill://{owner}/{name}/{+path}',
  scopes: ['tools:read'],
  list: async (cursor, { identity, database }) => {
    if (identity.subject === undefined) return { resources: [] };
    const after = cursor === undefined ? undefined : decodeCursor(cursor, ALL);
    const found = await selectSkills(database.use(), identity, ALL, { after, limit: PAGE, withContent: false });
    const page = found.slice(0, PAGE);
    const last = found.length > PAGE ? page.at(-1) : undefined;
    return {
      resources: page.map(({ owner, name, description }) => ({
        uri: skillUri(owner, name),
        name,
        description,
        mimeType: 'text/markdown',
      })),
      nextCursor: last && encodeCursor(last, ALL),
    };
  },
  read: async ({ owner = '', name = '', path = '' }, { identity, database }) => {
    if (identity.subject === undefined || owner.includes('\0') || !skillName().safeParse(name).success)
      return undefined;
    const db = database.use();
    const skill = await findSkill(db, identity, { owner, name });
    if (!skill) return undefined;
    if (path === SKILL_MD) return { text: skillMd(skill), mimeType: 'text/markdown' };
    const digest = skill.files.find((file) => file.path === path)?.digest;
    const bytes = digest === undefined ? undefined : await readBlob(db, skill.owner, digest);
    if (!bytes) return undefined;
    const shown = fileText(bytes);
    return 'text' in shown
      ? { ...shown, mimeType: path.endsWith('.md') ? 'text/markdown' : 'text/plain' }
      : { bytes, mimeType: 'application/octet-stream' };
  },
});
