import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Kysely } from 'kysely';
import { newKey } from '../../../core/keys.ts';
import { migrate } from '../../../core/migrate.ts';
import { MooringConfig } from '../../../core/mooring-config.ts';
import { openDatabase } from '../../../core/postgres.ts';
import type { McpServer } from '../../../crds/mcpserver.ts';
import { readableLog } from '../../../test/support/log-lines.ts';
import { testDatabase } from '../../../test/support/postgres.ts';
import { createProtectedResources, type ProtectedResource } from '../../protected-resources.ts';
import { memorySource, mcpServer } from '../../testing/memory-source.ts';
import { ensureAdminAccount } from '../accounts.ts';
import { createAuthorizationServer, type AuthorizationServer } from '../authorization-server.ts';
import { authorizationServerMigrations } from '../migrations.ts';
import type { AuthorizationServerTables } from '../tables.ts';
import type { ExchangeRule } from '../token-exchange.ts';
import { createHttpBrowser } from './http-browser.ts';

export const PASSWORD = 'correct horse battery staple';

/** For `publicUrl`: what most installations that others use look like. */
export const HTTPS = 'https://mooring.example';

export const MARKETPLACE: McpServer = mcpServer('marketplace', {
  spec: { title: 'Marketplace', oauth: { scopes: ['user'], tools: [{ match: 'delete', scopes: ['admin'] }] } },
});

export interface RigOptions {
  readonly servers?: readonly McpServer[];
  readonly limits?: Partial<MooringConfig['limits']>;
  /** As behind a proxy that ends TLS: the server itself listens on plain http all the same. Default: where it listens. */
  readonly publicUrl?: string;
  readonly exchange?: ExchangeRule;
}

/** The authorization server behind a real HTTP server, with a database of its own. */
export async function startRig(options: RigOptions = {}) {
  const database = await testTables();
  await ensureAdminAccount({ database, password: PASSWORD, onNewPassword: async () => {} });
  const source = memorySource(...(options.servers ?? [MARKETPLACE]));
  const keys = { tokens: [await newKey('ES256')] as const, cookies: [await newKey('HS256')] as const };
  const limits = { ...MooringConfig.parse({}).limits, ...options.limits };
  const replicas: { close(): Promise<void> }[] = [];

  /** One more gateway on the same database; the first one's public URL is everybody's. */
  async function startReplica(publicUrl?: string) {
    const { log, lines, text } = readableLog();
    let authorizationServer: AuthorizationServer;
    const http = createServer((incoming, outgoing) => authorizationServer.handle(incoming, outgoing));
    await new Promise<void>((resolve) => http.listen(0, resolve));
    const local = `http://localhost:${(http.address() as AddressInfo).port}`;
    const issuer = publicUrl ?? local;
    const resources = createProtectedResources(source, () => issuer);
    authorizationServer = await createAuthorizationServer({
      publicUrl: () => issuer,
      database,
      keys,
      resources,
      limits: () => limits,
      exchange: options.exchange,
      fetchLoopback: true,
      log,
    });
    const replica = {
      local,
      issuer,
      authorizationServer,
      resources,
      log: { lines, text },
      resource: (name: string): ProtectedResource => {
        const found = resources.list().find(({ server }) => server?.metadata.name === name);
        if (!found) throw new Error(`no server ${name}`);
        return found;
      },
      async close() {
        await authorizationServer.close();
        http.close();
        http.closeAllConnections();
      },
    };
    replicas.push(replica);
    return replica;
  }

  const first = await startReplica(options.publicUrl);
  return {
    ...first,
    /** Stays signed in where the public URL is https, so that a password has to be checked only once. */
    browser: createHttpBrowser(first.issuer, first.local),
    database,
    source,
    keys,
    limits,
    startReplica: () => startReplica(first.issuer),
    async close() {
      await Promise.all(replicas.map((replica) => replica.close()));
      await database.destroy();
    },
  };
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A database with the tables of the authorization server in it. */
export async function testTables(): Promise<Kysely<AuthorizationServerTables>> {
  const database = openDatabase<AuthorizationServerTables>(await testDatabase('gateway'), {
    max: 4,
    log: readableLog().log,
  });
  await migrate(database, authorizationServerMigrations);
  return database;
}
