import { expandScopes } from '../../../gateway/auth/scope-hierarchy.ts';
import type { ServerView } from '../../places/place.ts';

/** Those of the needed scopes that a token with these scopes does not grant. `servers` are all that there are: `admin` grants what any of them names. */
export function missingScopes(
  needed: readonly string[],
  granted: readonly string[],
  servers: readonly Pick<ServerView, 'spec'>[],
): readonly string[] {
  const named = servers.flatMap(({ spec: { oauth } }) => [
    ...(oauth?.scopes ?? []),
    ...(oauth?.tools?.flatMap(({ scopes }) => scopes) ?? []),
  ]);
  const all = expandScopes(granted, named);
  return needed.filter((scope) => !all.has(scope));
}
