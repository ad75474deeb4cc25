import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { TestOAuthClient } from './oauth-client.ts';

/** What tests do with a client, in either era. */
export interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

/** Opens the authorization URL for the user and comes back with the query of the redirect. */
export type SignIn = (oauth: TestOAuthClient) => Promise<URLSearchParams>;

const INFO = { name: 'mooring-end-to-end', version: '1.0.0' };

/** The official SDKs, one per era of the protocol. */
export const SDK_CLIENTS: Readonly<
  Record<string, (endpoint: string, oauth: TestOAuthClient, signIn: SignIn) => Promise<AnyClient>>
> = {
  'v1 SDK, legacy era': async (endpoint, oauth, signIn) => {
    const transport = () => new LegacyTransport(new URL(endpoint), { authProvider: oauth });
    const first = transport();
    await refusedForNow(new LegacyClient(INFO).connect(first));
    const code = (await signIn(oauth)).get('code') ?? '';
    await first.finishAuth(code);
    const client = new LegacyClient(INFO);
    await client.connect(transport());
    return client;
  },
  'v2 SDK, 2026-07-28': async (endpoint, oauth, signIn) => {
    const transport = () => new ModernTransport(new URL(endpoint), { authProvider: oauth });
    const connect = async (over: ModernTransport) => {
      const client = new ModernClient(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
      await client.connect(over);
      return client;
    };
    const first = transport();
    await refusedForNow(connect(first));
    await first.finishAuth(await signIn(oauth));
    return connect(transport());
  },
};

/** The SDKs refuse the first connection after they have said where the user must go. */
async function refusedForNow(connection: Promise<unknown>): Promise<void> {
  const error = await connection.then(
    () => new Error('connected without a token'),
    (refusal: unknown) => refusal as Error,
  );
  if (error.constructor.name !== 'UnauthorizedError') throw error;
}
