import { vi } from 'vitest';
import { createIdentities } from '../../../test/support/identities.ts';
import { connectModern, type ConnectedClient } from '../../../test/support/eras.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { startContentManager } from '../main.ts';

export interface RunningContentManager extends AsyncDisposable {
  readonly endpoint: string;
  readonly databaseUrl: string;
  /** Scopes are `user` unless told. */
  headers(subject?: string, scopes?: readonly string[]): Promise<Record<string, string>>;
  /** An official client of this person; nobody where left out. */
  connect(subject?: string): Promise<ConnectedClient>;
}

/** A content manager with its tables made, on a database of its own unless told. */
export async function runContentManager(env: NodeJS.ProcessEnv = {}): Promise<RunningContentManager> {
  const identities = await createIdentities('default/content-manager');
  const databaseUrl = env['DATABASE_URL'] ?? (await testDatabase('content_manager'));
  const server = await startContentManager({ ...identities.env, DATABASE_URL: databaseUrl, ...env });
  await vi.waitFor(
    async () => {
      if ((await fetch(`${server.url}/readyz`)).status !== 200) throw new Error('not ready');
    },
    { timeout: 15_000, interval: 50 },
  );
  const endpoint = `${server.url}/mcp`;
  const headers = async (subject?: string, scopes: readonly string[] = ['user']): Promise<Record<string, string>> =>
    identities.headers({ ...(subject !== undefined && { subject }), scopes: [...scopes] });
  return {
    endpoint,
    databaseUrl,
    headers,
    connect: async (subject) => connectModern(endpoint, await headers(subject)),
    [Symbol.asyncDispose]: async () => {
      await server.stop();
      await identities[Symbol.asyncDispose]();
    },
  };
}
