import { BUNDLED_SERVERS, bundledServer } from '../../core/bundled-servers.ts';
import { newKek } from '../../core/kek.ts';
import { newKeyFile, type KeyAlgorithm } from '../../core/keys.ts';
import type { Log } from '../../core/log.ts';
import { OBJECTS, PORTS, SECRETS } from '../../core/pod-paths.ts';
import { newPassword, roleUrl } from '../../core/postgres-role.ts';
import { OPERATOR_KEYS } from '../operator-keys.ts';
import type { OwnSecrets, SecretData } from './own-secrets.ts';

/** A key of a Secret of our namespace. */
export interface SecretKey {
  readonly name: string;
  readonly key: string;
}

/** A component with a role and a schema of its own in the database. */
export interface DatabaseRole {
  readonly role: string;
  /** Where its connection URL lies. */
  readonly secret: SecretKey;
}

export interface OwnSecretsPlan {
  readonly home: string;
  /** The database's administrator; undefined: the embedded one, whose Secret we make. */
  readonly databaseSecret: SecretKey | undefined;
  readonly gatewayKeys: Readonly<Record<string, KeyAlgorithm>>;
}

/** Where the URL of the database's administrator lies. */
export const adminSecret = ({ databaseSecret }: Pick<OwnSecretsPlan, 'databaseSecret'>): SecretKey =>
  databaseSecret ?? { name: SECRETS.database.name, key: SECRETS.database.urlKey };

const GATEWAY: DatabaseRole = { role: 'gateway', secret: SECRETS.gatewayDatabase };
const serverDatabase = (server: string): SecretKey => ({ name: `${server}-database`, key: 'url' });
const serverKek = (server: string): SecretKey => ({ name: `${server}-kek`, key: 'kek' });

/** The roles that the gateway and these bundled servers need. */
export const databaseRoles = (servers: readonly string[]): readonly DatabaseRole[] => [
  GATEWAY,
  ...servers.flatMap((server) => {
    const role = bundledServer(server)?.databaseRole;
    return role === undefined ? [] : [{ role, secret: serverDatabase(server) }];
  }),
];

/** Every Secret that we read or make. */
export function ownSecretNames(plan: Pick<OwnSecretsPlan, 'databaseSecret'>): ReadonlySet<string> {
  const servers = Object.keys(BUNDLED_SERVERS);
  return new Set([
    SECRETS.gatewayKeys.name,
    SECRETS.operatorKey.name,
    SECRETS.admin.name,
    adminSecret(plan).name,
    ...databaseRoles(servers).map(({ secret }) => secret.name),
    ...servers.filter((server) => bundledServer(server)?.hasKek).map((server) => serverKek(server).name),
  ]);
}

/**
 * Makes what is absent of the Secrets of our namespace: passwords and keys are made once and stand nowhere else. `servers` are
 * the bundled ones that are switched on.
 */
export async function makeSecrets(
  secrets: OwnSecrets,
  servers: readonly string[],
  plan: OwnSecretsPlan,
  log: Log,
): Promise<void> {
  const ensure = async ({ name }: { name: string }, content: () => Promise<SecretData> | SecretData): Promise<void> => {
    if (secrets.read(name) === undefined) await secrets.make(name, await content());
  };
  const { gatewayKeys, operatorKey, admin, database } = SECRETS;
  await ensure(gatewayKeys, async () => ({ [gatewayKeys.key]: await newKeyFile(plan.gatewayKeys) }));
  await ensure(operatorKey, async () => ({ [operatorKey.key]: await newKeyFile(OPERATOR_KEYS) }));
  await ensure(admin, () => ({ [admin.key]: newPassword() }));
  if (plan.databaseSecret === undefined) {
    await ensure(database, () => {
      const password = newPassword();
      return { [database.passwordKey]: password, [database.urlKey]: embeddedUrl(plan.home, password) };
    });
  }
  const { name, key } = adminSecret(plan);
  const adminUrl = secrets.read(name)?.[key];
  for (const server of servers) await ensureKek(secrets, server, log);
  if (adminUrl === undefined)
    return log.warn(
      { object: name, key },
      'The Secret with the URL of the database is not there; components wait for it',
    );
  for (const { role, secret } of databaseRoles(servers)) {
    await ensure(secret, () => ({ [secret.key]: roleUrl(adminUrl, role, newPassword()) }));
  }
}

/**
 * A key encryption key is made before the other Secret of its server, and never again: what was encrypted with a lost one
 * would stay unreadable, and nobody would notice.
 */
async function ensureKek(secrets: OwnSecrets, server: string, log: Log): Promise<void> {
  const { name, key } = serverKek(server);
  if (bundledServer(server)?.hasKek !== true || secrets.read(name) !== undefined) return;
  const companion = serverDatabase(server).name;
  if (secrets.isOurs(companion)) {
    return log.error(
      { object: name, server },
      `Secret ${name} was deleted and is not made anew: what ${server} has encrypted needs it. Restore it from a backup; or, to give up what was encrypted, make one with: kubectl create secret generic ${name} --from-literal=${key}=$(openssl rand -base64 32)`,
    );
  }
  await secrets.make(name, { [key]: newKek() });
}

/** Within the cluster, to the one database that the chart brings along; it has no certificate. Why without `.svc`, serviceOrigin says. */
const embeddedUrl = (home: string, password: string): string =>
  `postgresql://postgres:${password}@${OBJECTS.database}.${home}:${PORTS.database}/mooring?sslmode=disable`;
