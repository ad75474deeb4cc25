import { printable } from '../../crds/problem.ts';
import type { ServerAccess, ServerView } from './place.ts';

/**
 * Says on stderr where a server of a cluster is, and whether the sign-in there is used, before anything is sent. The cluster decides that
 * by `status.url`: who may write it could name a server of another gateway at which this person has signed in (CWE-441).
 */
export function tellWhere({ metadata }: ServerView, { url, token }: ServerAccess, cluster: string): void {
  const used = token === undefined ? 'no sign-in is used' : 'your sign-in there is used';
  process.stderr.write(
    `mooring: ${cluster} says that ${printable(metadata.name)} is at ${new URL(url).origin}; ${used}.\n`,
  );
}
