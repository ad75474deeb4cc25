import type { Tool } from '../mcp/list-tools.ts';

/** What a server says of a tool's ways, in words; only what it says, for the defaults of the specification are rarely meant. */
export function toolHints({ annotations = {} }: Tool): string {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = annotations;
  return [
    ...(readOnlyHint === true ? ['read-only'] : []),
    // A tool that changes nothing destroys nothing, whatever it says (MCP 2025-11-25, ToolAnnotations).
    ...(destructiveHint === true && readOnlyHint !== true ? ['destructive'] : []),
    ...(idempotentHint === true && readOnlyHint !== true ? ['idempotent'] : []),
    ...(openWorldHint === true ? ['open-world'] : []),
  ].join(',');
}
