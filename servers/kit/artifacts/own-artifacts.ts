import type { Log } from '../../../core/log.ts';
import { Failure } from '../../../core/failure.ts';
import { isDatabaseAway } from '../../../core/database-away.ts';
import type { Identity } from '../../../core/identity-token.ts';
import { artifactUri, type OwnArtifacts } from './artifact-link.ts';
import type { ArtifactStore } from './artifact-store.ts';

/** The artifacts of one caller in the store of a server. */
export const ownArtifacts = (
  store: ArtifactStore | undefined,
  server: string,
  { subject }: Identity,
  log: Log,
): OwnArtifacts => ({
  async keep(artifact) {
    if (store === undefined || subject === undefined) return undefined;
    try {
      const { id, expiresAt } = await store.keep(subject, artifact);
      return { uri: artifactUri(server, id), expiresAt: expiresAt.toISOString() };
    } catch (error) {
      if (!isDatabaseAway(error) && !(error instanceof Failure)) throw error;
      log.warn({ err: error }, 'an artifact was shown and not kept');
      return undefined;
    }
  },
});
