import { METADATA_PREFIX } from '../../../gateway/public-paths.ts';
import type { ServerView } from '../../places/place.ts';

/** Where clients call a server. It has one from the moment on that it is accepted. */
export const endpointOf = ({ status }: ServerView): string => status?.url ?? '';

/** Where its metadata must be (RFC 9728 section 3.1). */
export function metadataUrlOf(server: ServerView): string {
  const { origin, pathname } = new URL(endpointOf(server));
  return `${origin}${METADATA_PREFIX}${pathname}`;
}
