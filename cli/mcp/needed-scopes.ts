import type { ServerView } from '../places/place.ts';

/**
 * Every scope that a call of this tool, or any other request, needs: as gateway/auth/operation-scopes.ts has it (a test compares the two). None
 * where the place does not tell, or where the tool is open to all.
 */
export function neededScopes(
  { spec: { oauth } }: Pick<ServerView, 'spec'>,
  tool: string | undefined,
): readonly string[] {
  const rules = oauth?.tools?.filter(({ match }) => match !== undefined && match === tool) ?? [];
  if (oauth?.required === false && rules.length === 0) return [];
  return [...new Set([...(oauth?.scopes ?? []), ...rules.flatMap(({ scopes }) => scopes)])];
}
