import { defineResourceTemplate } from '../../kit/index.ts';
import type { ContentServices } from '../content-services.ts';
import { findResearch, listResearch } from '../research/research-store.ts';

export const researchUri = (id: string): string => `research://content-manager/${id}`;

export const research = defineResourceTemplate<ContentServices>({
  name: 'research',
  title: 'Research',
  description: 'What research_blog found: sources with notes and their whole texts, as JSON. Only your own.',
  uriTemplate: researchUri('{id}'),
  mimeType: 'application/json',
  scopes: ['user'],
  list: async (_cursor, { identity: { subject }, database }) => {
    if (subject === undefined) return { resources: [] };
    const found = await listResearch(database.use(), subject);
    return {
      resources: found.map(({ id, topic, createdAt }) => ({
        uri: researchUri(id),
        name: `research ${id.slice(0, 8)}`,
        title: topic,
        description: `Made ${createdAt.toISOString().slice(0, 10)}`,
        mimeType: 'application/json',
      })),
    };
  },
  read: async ({ id = '' }, { identity: { subject }, database }) => {
    const found = subject === undefined ? undefined : await findResearch(database.use(), subject, id);
    return found && { text: JSON.stringify(found) };
  },
});
