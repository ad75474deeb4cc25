import { interruptible } from '../interruptible.ts';
import { withClient } from '../mcp/with-client.ts';
import { listTools, type Tool } from '../mcp/list-tools.ts';
import { print, type Format } from '../output/format.ts';
import { findServer } from '../places/find-server.ts';
import { inPlace } from '../places/open-place.ts';
import type { ServerView } from '../places/place.ts';
import type { PlaceOptions } from '../places/place-options.ts';
import { findTool } from './find-tool.ts';
import { toolDetails } from './tool-details.ts';
import { toolTable } from './tool-table.ts';

/** Asks a server for its tools and shows them, or the one of this name. */
export async function showTools(
  name: string,
  tool: string | undefined,
  { output, scope, ...options }: PlaceOptions & { readonly output?: Format; readonly scope?: string },
): Promise<void> {
  const { server, tools } = await interruptible(async (signal) =>
    inPlace(options, async (place) => {
      const found = await findServer(place, name);
      const listed = await withClient(place, found, { scope, signal }, async (client) => listTools(client, signal));
      return { server: found, tools: listed };
    }),
  );
  if (tool === undefined) await printTools(server, tools, output);
  else await printTool(server, findTool(tools, tool, name), name, output);
}

const printTools = async (server: ServerView, tools: readonly Tool[], output: Format): Promise<void> =>
  print(output, {
    value: { tools },
    names: tools.map(({ name }) => name),
    people: (wide) =>
      toolTable(server, tools, { wide, columns: process.stdout.isTTY ? process.stdout.columns : undefined }),
  });

const printTool = async (server: ServerView, tool: Tool, calledAs: string, output: Format): Promise<void> =>
  print(output, { value: tool, names: [tool.name], people: () => toolDetails(server, tool, calledAs) });
