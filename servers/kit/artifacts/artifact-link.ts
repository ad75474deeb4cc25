import type { Artifact } from './artifact.ts';

/** Where an artifact can be read again, by who made it. */
export interface ArtifactLink {
  readonly uri: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** What one caller may keep. */
export interface OwnArtifacts {
  /**
   * Keeps it for the caller; undefined where nothing is kept: nobody is signed in, the server has no store, or the database is
   * away, which must not cost the result itself.
   */
  keep(artifact: Artifact): Promise<ArtifactLink | undefined>;
}

export const artifactUri = (server: string, id: string): string => `artifact://${server}/${id}`;
