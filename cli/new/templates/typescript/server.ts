// What this server is: its name, and a tool to begin with. A tool more is a `defineTool` more in `tools`.
import { defineTool, type ServerDefinition } from 'mooring/kit';
import { z } from 'zod';

const greet = defineTool({
  name: 'greet',
  title: 'Greet',
  description: 'Greets somebody by name, in the name of who calls.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({ name: z.string().min(1).max(100).describe('Whom to greet.') }),
  output: z.object({ text: z.string() }),
  handler: async ({ name }, { identity }) => ({ text: `Hello, ${name}, from ${identity.subject ?? 'a stranger'}.` }),
});

export const server: ServerDefinition<object> = {
  name: 'SERVER_NAME',
  title: 'SERVER_NAME',
  version: '0.1.0',
  tools: [greet],
  services: {},
};
