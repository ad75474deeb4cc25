import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { CallOptions, ToolResult } from './eras.ts';

/** What a client says to questions; `asked` gets their parameters. */
export interface Answers {
  readonly elicit?: (params: Record<string, unknown>) => object | Promise<object>;
  readonly sample?: (params: Record<string, unknown>) => object | Promise<object>;
}

/** A client that can be asked: it offers what it has answers for. */
export interface AnsweringClient extends AsyncDisposable {
  call(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
}

type Connect = (endpoint: string, headers: Record<string, string>, answers: Answers) => Promise<AnsweringClient>;
const INFO = { name: 'mooring-test', version: '1.0.0' };

const capabilities = ({ elicit, sample }: Answers) => ({
  ...(elicit && { elicitation: { form: {}, url: {} } }),
  ...(sample && { sampling: {} }),
});

const legacy: Connect = async (endpoint, headers, answers) => {
  const client = new LegacyClient(INFO, { capabilities: capabilities(answers) });
  const { elicit, sample } = answers;
  if (elicit) client.setRequestHandler(ElicitRequestSchema, async ({ params }) => (await elicit(params)) as never);
  if (sample)
    client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => (await sample(params)) as never);
  await client.connect(new LegacyTransport(new URL(endpoint), { requestInit: { headers } }));
  return {
    call: async (name, input = {}, options) =>
      (await client.callTool({ name, arguments: input }, undefined, options)) as unknown as ToolResult,
    [Symbol.asyncDispose]: async () => client.close(),
  };
};

const modern: Connect = async (endpoint, headers, answers) => {
  const client = new ModernClient(INFO, {
    capabilities: capabilities(answers),
    versionNegotiation: { mode: { pin: '2026-07-28' } },
  });
  const { elicit, sample } = answers;
  if (elicit) client.setRequestHandler('elicitation/create', async ({ params }) => (await elicit(params)) as never);
  if (sample) client.setRequestHandler('sampling/createMessage', async ({ params }) => (await sample(params)) as never);
  await client.connect(new ModernTransport(new URL(endpoint), { requestInit: { headers } }));
  return {
    call: async (name, input = {}, options) =>
      (await client.callTool({ name, arguments: input }, options)) as unknown as ToolResult,
    [Symbol.asyncDispose]: async () => client.close(),
  };
};

export const ANSWERING = [
  { era: 'legacy', connect: legacy },
  { era: 'modern', connect: modern },
] as const;
