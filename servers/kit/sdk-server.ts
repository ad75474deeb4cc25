import { McpServer, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import type { z } from 'zod';
import type { Identity } from '../../core/identity-token.ts';
import type { Log } from '../../core/log.ts';
import { callTool } from './call-tool.ts';
import type { Tool } from './define-tool.ts';
import type { InFlight } from './in-flight.ts';
import type { ServerDefinition } from './server-definition.ts';

/**
 * Makes the SDK's server for one request of one caller. Nothing of it outlives the request, so that no state can pass from
 * one caller to another.
 */
export function sdkServerFor<Services extends object>(
  { name, title, version, instructions, tools, services }: ServerDefinition<Services>,
  log: Log,
  calls: InFlight,
): (identity: Identity) => McpServer {
  const registered = tools.map((tool) => ({ tool, config: toolConfig(tool) }));
  return (identity) => {
    const server = new McpServer(
      { name, title, version },
      // The tools are those of the program: they never change while it runs.
      { capabilities: { tools: { listChanged: false } }, ...(instructions !== undefined && { instructions }) },
    );
    for (const { tool, config } of registered) {
      server.registerTool(tool.name, config, async (input, { mcpReq: { signal } }) =>
        calls.track(callTool(tool, input, { ...services, identity, signal, log })),
      );
    }
    return server;
  };
}

function toolConfig<Services>({ title, description, annotations, input, output }: Tool<Services>) {
  return {
    title,
    description,
    annotations,
    inputSchema: sdkSchema(input, input['~standard'].validate),
    // callTool has checked it: a mismatch is a bug, and the SDK would tell it to the caller.
    outputSchema: sdkSchema(output, (value) => ({ value })),
  };
}

type SdkSchema = StandardSchemaWithJSON['~standard'];

/** Converted to JSON Schema once; the SDK would do it with a zod schema on every request. */
function sdkSchema(schema: z.ZodObject, validate: SdkSchema['validate']): StandardSchemaWithJSON {
  const { jsonSchema, ...standard } = schema['~standard'] as SdkSchema;
  const input = jsonSchema.input({ target: 'draft-2020-12' });
  const output = jsonSchema.output({ target: 'draft-2020-12' });
  return { '~standard': { ...standard, validate, jsonSchema: { input: () => input, output: () => output } } };
}
