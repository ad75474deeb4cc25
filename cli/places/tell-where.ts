import { printable } from '../../crds/problem.ts';
import type { ServerAccess, ServerView } from './place.ts';

/**
 * Says on stderr where a server of a cluster will be called, and with which sign-in, before anything is sent. The cluster decides that
 * by `status.url`: who may write it could name a server of another gateway at which this person has signed in (CWE-441).
 */
export function tellWhere({ metadata }: ServerView, { url, token }: ServerAccess, cluster: string): void {
  const how = token === undefined ? 'without a sign-in' : 'with your sign-in there';
  process.stderr.write(
    `mooring: ${printable(metadata.name)} is called at ${new URL(url).origin} ${how}, as ${cluster} says.\n`,
  );
}
