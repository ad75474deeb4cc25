import type { ResourceTemplate } from '../define-resource-template.ts';
import { artifactUri } from './artifact-link.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** The artifacts of each caller as resources: only the owner's, so there is nothing to share by a guessed URI. */
export function artifactResources(server: string, store: ArtifactStore): ResourceTemplate<object> {
  return {
    name: 'artifact',
    title: 'Artifacts',
    description:
      'What the tools of this server made for you: tables, charts, texts, images. JSON, and images as they are.',
    uriTemplate: artifactUri(server, '{id}'),
    mimeType: 'application/json',
    list: async (cursor, { identity: { subject } }) => {
      if (subject === undefined) return { resources: [] };
      const { artifacts, next } = await store.list(subject, cursor);
      const resources = artifacts.map(({ id, type, title, createdAt, expiresAt, bytes }) => ({
        uri: artifactUri(server, id),
        name: `${type} ${id.slice(0, 8)}`,
        title,
        description: `${type}, made ${day(createdAt)}, kept until ${day(expiresAt)}`,
        mimeType: 'application/json',
        size: bytes,
      }));
      return { resources, nextCursor: next };
    },
    read: async ({ id = '' }, { identity: { subject } }) => {
      const artifact = subject === undefined ? undefined : await store.read(subject, id);
      if (artifact === undefined) return undefined;
      const json = { text: JSON.stringify(artifact) };
      if (artifact.type !== 'image') return json;
      return [json, { bytes: Buffer.from(artifact.data, 'base64'), mimeType: artifact.mimeType }];
    },
  };
}

const day = (date: Date): string => date.toISOString().slice(0, 10);
