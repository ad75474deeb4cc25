import { BUNDLED_SERVERS } from '../../core/bundled-servers.ts';
import { lockDatabase } from '../../core/database-lock.ts';
import { startEmbeddedPostgres } from '../../core/embedded-postgres/embedded-postgres.ts';
import { type HomePaths } from '../../core/home.ts';
import type { Log } from '../../core/log.ts';
import { newPassword, provisionRole } from '../../core/postgres-role.ts';
import { writePrivateFile } from '../../core/private-file.ts';
import type { ProcessGuard } from '../../core/process-guard.ts';

export interface PlatformDatabase {
  /** Connection URL of the gateway's role. */
  readonly gatewayUrl: string;
  stop(): Promise<void>;
}

/**
 * The database that DATABASE_URL names, else an embedded one, with a role for each component. Passwords are made anew at
 * each start: everything that uses one starts with us. So nobody else may: the embedded one is in our state folder, the other one is locked.
 */
export async function openPlatformDatabase(paths: HomePaths, guard: ProcessGuard, log: Log): Promise<PlatformDatabase> {
  const external = process.env['DATABASE_URL'];
  const postgres = external
    ? { adminUrl: external, stop: (await lockDatabase(external, log)).release }
    : await startEmbeddedPostgres({ folder: paths.postgres, guard, log });
  try {
    const gatewayUrl = await provisionRole(postgres.adminUrl, 'gateway', newPassword());
    for (const [server, { databaseRole }] of Object.entries(BUNDLED_SERVERS)) {
      const url = await provisionRole(postgres.adminUrl, databaseRole, newPassword());
      // With `envFrom` the key is the name of the variable.
      await writePrivateFile(paths.secret(`${server}-database`, 'DATABASE_URL'), url);
    }
    return { gatewayUrl, stop: async () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
