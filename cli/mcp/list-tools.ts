import type { Client, Tool } from '@modelcontextprotocol/client';
import { Failure } from '../../core/failure.ts';
import { walkPages } from './walk-pages.ts';

export type { Tool };

/**
 * Every tool that the server lists. By pages of our own: the SDK's `listTools` writes to stdout where a server has none, and names of
 * strangers as they are to stderr.
 */
export async function listTools(client: Client, signal: AbortSignal): Promise<readonly Tool[]> {
  if (!client.getServerCapabilities()?.tools) return [];
  const { entries, problem } = await walkPages(async (cursor) => {
    const { tools, nextCursor } = await client.request({ method: 'tools/list', params: cursor }, { signal });
    return { entries: tools, nextCursor };
  });
  if (problem === undefined) return entries;
  throw new Failure('endless_list', `tools/list ${problem}. \`mooring validate NAME\` looks at the server.`);
}
