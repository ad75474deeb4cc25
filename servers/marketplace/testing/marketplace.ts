import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { vi } from 'vitest';
import { createIdentities } from '../../../test/support/identities.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { startMarketplace } from '../main.ts';

/** Who calls; nobody where `subject` is left out. */
export interface Person {
  readonly subject?: string;
  readonly scopes?: readonly string[];
}

export interface SkillsClient extends AsyncDisposable {
  readonly client: Client;
  /** The structured result; the text of a failure is thrown. */
  readonly call: <Answer = Record<string, unknown>>(name: string, input?: Record<string, unknown>) => Promise<Answer>;
  /** The text of the first piece. */
  readonly read: (uri: string) => Promise<string>;
}

export interface RunningMarketplace extends AsyncDisposable {
  readonly databaseUrl: string;
  connect(person?: Person): Promise<SkillsClient>;
}

const SCOPES = ['user', 'tools:read'];

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
    connect: async ({ subject, scopes = SCOPES } = {}) => {
      const headers = await identities.headers({ ...(subject !== undefined && { subject }), scopes: [...scopes] });
      const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }),
      );
      return {
        client,
        call: async <Answer>(name: string, input: Record<string, unknown> = {}) => {
          const { isError, content, structuredContent } = await client.callTool({ name, arguments: input });
          if (isError) throw new Error((content[0] as { text?: string }).text);
          return structuredContent as Answer;
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
