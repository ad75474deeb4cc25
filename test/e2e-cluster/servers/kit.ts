import { z } from 'zod';
import { createServer, defineTool } from '../../../servers/kit/index.ts';
import { echo, echoInput, slow, slowInput, VERSION } from './tools.ts';

const annotations = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const output = z.object({ answer: z.string() });

await createServer({
  name: 'kit',
  title: 'A server on the kit',
  version: VERSION,
  services: {},
  tools: [
    defineTool({
      name: 'echo',
      title: 'Echo',
      description: 'Answers who answers, and the text.',
      annotations,
      input: echoInput,
      output,
      handler: async (input) => ({ answer: echo(input) }),
    }),
    defineTool({
      name: 'slow',
      title: 'Slow',
      description: 'Answers after some seconds.',
      annotations,
      input: slowInput,
      output,
      handler: async (input) => ({ answer: await slow(input, async () => {}) }),
    }),
  ],
});
