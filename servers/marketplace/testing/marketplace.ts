import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { vi } from 'vitest';
import { createIdentities } from '../../../test/support/identities.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import type { ToolResult } from '../../../test/support/eras.ts';
import { startMarketplace } from '../main.ts';

/** Who calls; nobody where `subject` is left out. */
export interface Person {
  readonly subject?: string;
  readonly scopes?: readonly string[];
}

export type Era = 'legacy' | 'modern';

/** What the official clients of both eras have in common. */
type AnyClient = Pick<
  ModernClient,
  'listTools' | 'listResources' | 'listResourceTemplates' | 'listPrompts' | 'getPrompt' | 'readResource' | 'close'
> & {
  callTool(request: { name: string; arguments: Record<string, unknown> }): Promise<object>;
};

export interface SkillsClient extends AsyncDisposable {
  readonly client: AnyClient;
  /** The structured result; the text of a failure is thrown. */
  readonly call: <Answer = Record<string, unknown>>(name: string, input?: Record<string, unknown>) => Promise<Answer>;
  /** The text of the first piece. */
  readonly read: (uri: string) => Promise<string>;
}

export interface RunningMarketplace extends AsyncDisposable {
  readonly databaseUrl: string;
  /** The v2 SDK with 2026-07-28, unless the era is "legacy": the v1 SDK with 2025-11-25. */
  connect(person?: Person, era?: Era): Promise<SkillsClient>;
}

const SCOPES = ['user', 'tools:read'];

const INFO = { name: 'test', version: '1' };
type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;
const CONNECT: Readonly<Record<Era, (endpoint: URL, as: Fetch) => Promise<AnyClient>>> = {
  legacy: async (endpoint, as) => {
    const client = new LegacyClient(INFO);
    await client.connect(new LegacyTransport(endpoint, { fetch: as }));
    return client as unknown as AnyClient;
  },
  modern: async (endpoint, as) => {
    const client = new ModernClient(INFO, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new ModernTransport(endpoint, { fetch: as }));
    return client;
  },
};

/** A marketplace with its tables made, on a database of its own unless told. */
export async function runMarketplace(env: NodeJS.ProcessEnv = {}): Promise<RunningMarketplace> {
  const identities = await createIdentities();
  const databaseUrl = env['DATABASE_URL'] ?? (await testDatabase('marketplace'));
  const server = await startMarketplace({ ...identities.env, DATABASE_URL: databaseUrl, ...env });
  await vi.waitFor(
    async () => {
      if ((await fetch(`${server.url}/readyz`)).status !== 200) throw new Error('not ready');
    },
    { timeout: 15_000, interval: 20 },
  );
  return {
    databaseUrl,
    connect: async ({ subject, scopes = SCOPES } = {}, era = 'modern') => {
      const identity = { ...(subject !== undefined && { subject }), scopes: [...scopes] };
      // Signed anew for each request, as the gateway does it: one is good for a minute.
      const as: Fetch = async (url, init) => {
        const headers = new Headers(init?.headers);
        for (const [name, value] of Object.entries(await identities.headers(identity))) headers.set(name, value);
        return fetch(url, { ...init, headers });
      };
      const client = await CONNECT[era](new URL(`${server.url}/mcp`), as);
      return {
        client,
        call: async <Answer>(name: string, input: Record<string, unknown> = {}) => {
          const result = (await client.callTool({ name, arguments: input })) as ToolResult;
          if (result.isError) throw new Error(result.content[0]?.text);
          return result.structuredContent as Answer;
        },
        read: async (uri) => ((await client.readResource({ uri })).contents[0] as { text: string }).text,
        [Symbol.asyncDispose]: async () => client.close(),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await identities[Symbol.asyncDispose]();
    },
  };
}
