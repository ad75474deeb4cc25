import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly onprogress?: (progress: unknown) => void;
}

/** An official client that is connected, straight to a server. */
export interface ConnectedClient extends AsyncDisposable {
  readonly protocolVersion: string | undefined;
  listTools(): Promise<{ tools: readonly { name: string; inputSchema: object; outputSchema?: object | undefined }[] }>;
  call(name: string, input?: Record<string, unknown>, options?: CallOptions): Promise<ToolResult>;
  /** The contents of a resource. */
  read(uri: string): Promise<readonly { readonly uri: string; readonly text?: unknown }[]>;
  /** The messages of a prompt. */
  prompt(name: string, input: Record<string, string>): Promise<readonly object[]>;
}

type Connect = (endpoint: string, headers: Record<string, string>) => Promise<ConnectedClient>;
const INFO = { name: 'mooring-test', version: '1.0.0' };

/** The v1 SDK: initialize, 2025-11-25. */
export const connectLegacy: Connect = async (endpoint, headers) => {
  const client = new LegacyClient(INFO);
  const transport = new LegacyTransport(new URL(endpoint), { requestInit: { headers } });
  await client.connect(transport);
  return {
    protocolVersion: transport.protocolVersion,
    listTools: async () => client.listTools(),
    call: async (name, input = {}, options) =>
      (await client.callTool({ name, arguments: input }, undefined, options)) as unknown as ToolResult,
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, input) => (await client.getPrompt({ name, arguments: input })).messages,
    [Symbol.asyncDispose]: async () => client.close(),
  };
};

/** The v2 SDK, which negotiates: 2026-07-28 with servers that know it. */
export const connectModern: Connect = async (endpoint, headers) => {
  const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } });
  const transport = new ModernTransport(new URL(endpoint), { requestInit: { headers } });
  await client.connect(transport);
  return {
    protocolVersion: client.getNegotiatedProtocolVersion(),
    listTools: async () => client.listTools(),
    call: async (name, input = {}, options) =>
      (await client.callTool({ name, arguments: input }, options)) as unknown as ToolResult,
    read: async (uri) => (await client.readResource({ uri })).contents,
    prompt: async (name, input) => (await client.getPrompt({ name, arguments: input })).messages,
    [Symbol.asyncDispose]: async () => client.close(),
  };
};

export const ERAS = [
  { era: 'legacy', connect: connectLegacy, version: '2025-11-25' },
  { era: 'modern', connect: connectModern, version: '2026-07-28' },
] as const;
