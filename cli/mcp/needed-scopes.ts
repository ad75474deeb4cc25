import type { ServerView } from '../places/place.ts';

/**
 * Every scope that a call of this tool needs, as the gateway decides it (`spec.oauth`): those of the server and of each rule that names the
 * tool. None where the place does not tell, or where the tool is open to all.
 */
export function neededScopes({ spec: { oauth } }: ServerView, tool: string): readonly string[] {
  const rules = (oauth?.tools ?? []).filter(({ match }) => match === tool);
  if (oauth?.required === false && rules.length === 0) return [];
  return [...new Set([...(oauth?.scopes ?? []), ...rules.flatMap(({ scopes }) => scopes)])];
}
