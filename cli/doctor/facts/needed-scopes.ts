import { expandScopes } from '../../../gateway/auth/scope-hierarchy.ts';
import type { ServerView } from '../../places/place.ts';

/** Every scope that a call of this tool, or any other request, needs: as gateway/auth/operation-scopes.ts has it (a test compares the two). */
export function neededScopes(
  { spec: { oauth } }: Pick<ServerView, 'spec'>,
  tool: string | undefined,
): readonly string[] {
  const ofServer = oauth?.scopes ?? [];
  const rules = oauth?.tools?.filter(({ match }) => match !== undefined && match === tool) ?? [];
  if (rules.length === 0) return oauth?.required === false ? [] : ofServer;
  return [...new Set([...ofServer, ...rules.flatMap(({ scopes }) => scopes)])];
}

/** Those of them that a token with these scopes does not grant. `servers` are all that there are: `admin` grants what any of them names. */
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
