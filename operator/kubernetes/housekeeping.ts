import type { Log } from '../../core/log.ts';
import type { ServerSource } from '../../crds/sources/source.ts';
import { doubling } from '../backoff.ts';
import { settled, type Outcome } from '../outcome.ts';
import { startWorkQueue } from '../work-queue.ts';
import type { BundledServers } from './bundled-servers.ts';
import { ensureRole, onDatabaseLost } from './database-roles.ts';
import type { IdentityConfigMaps } from './identity-config-maps.ts';
import type { IdentityKeys } from './identity-keys.ts';
import { adminSecret, databaseRoles, makeSecrets, type OwnSecretsPlan } from './make-secrets.ts';
import type { OwnSecrets } from './own-secrets.ts';

export interface House extends OwnSecretsPlan {
  readonly secrets: OwnSecrets;
  readonly keys: IdentityKeys;
  readonly identity: IdentityConfigMaps;
  readonly bundled: BundledServers;
  readonly source: ServerSource;
  readonly log: Log;
}

export interface Housekeeping {
  /** Resolves when the identity keys are there, which everything else needs. */
  readonly ready: Promise<void>;
  /** Ends what is under way. */
  stop(): Promise<void>;
}

/** Milliseconds: a new database is there within seconds, one that is away is looked for without end. */
const RETRY = doubling(250, 2000);

/** Milliseconds: soon for a person, and seldom where a second Mooring in the cluster wants other keys in the same place. */
const REPAIR_AFTER_MS = 1000;

/** Different things wait for different others: a database that is away holds up nothing else. */
const WORKERS = 4;

const NAMESPACE = 'namespace/';

/** Keeps what the platform itself needs, next to the servers: Secrets, database roles, the servers' identity keys, bundled servers. Only the leader does. */
export function startHousekeeping(house: House): Housekeeping {
  const { secrets, keys, identity, bundled, source, home, log } = house;
  const ready = Promise.withResolvers<void>();
  const stopping = new AbortController();
  /** Ends what follows the database by now. */
  let following = new AbortController();
  /** By key, so that each is said once and not with every attempt. */
  const troubles = new Map<string, string>();

  const work: Readonly<Record<string, () => Promise<unknown>>> = {
    secrets: async () => {
      await makeSecrets(secrets, bundled.names(), house, log);
      readKeys();
      // Bundled servers come after the Secrets that their pods name.
      for (const task of ['bundled', 'database']) queue.add(task);
    },
    bundled: async () => bundled.sync(),
    namespaces: async () => addNamespaces(),
    database: async () => {
      following.abort();
      following = new AbortController();
      const { signal } = stopping;
      const { name, key } = adminSecret(house);
      const adminUrl = secrets.read(name)?.[key];
      if (adminUrl === undefined) return;
      for (const { secret } of databaseRoles(bundled.names())) {
        const url = secrets.read(secret.name)?.[secret.key];
        if (url !== undefined) await ensureRole(adminUrl, url, { log, signal });
      }
      await onDatabaseLost(adminUrl, () => queue.add('database'), AbortSignal.any([signal, following.signal]));
    },
  };

  async function keepNamespace(namespace: string): Promise<void> {
    if (keys.jwks() === undefined) return;
    const isNeeded = namespace === home || source.list().some(({ metadata }) => metadata.namespace === namespace);
    if (!isNeeded) return identity.remove(namespace);
    const refusal = await identity.ensure(namespace);
    if (refusal) throw new Error(`${namespace}: ${refusal.message}`);
  }

  const queue = startWorkQueue({
    async work(key): Promise<Outcome> {
      if (key.startsWith(NAMESPACE)) await keepNamespace(key.slice(NAMESPACE.length));
      else await work[key]?.();
      if (troubles.delete(key)) log.info({ task: key }, 'Done after all');
      return settled;
    },
    workers: WORKERS,
    backoff: RETRY,
    onTransient(key, error, retryAfterMs) {
      const trouble = String(error);
      log[troubles.get(key) === trouble ? 'debug' : 'warn'](
        { err: error, task: key, retryAfterMs },
        'Not done yet; it is tried again',
      );
      troubles.set(key, trouble);
    },
  });

  function addNamespaces(): void {
    const servers = source.list().map(({ metadata }) => metadata.namespace);
    for (const namespace of new Set([home, ...servers, ...identity.namespaces()])) {
      queue.add(`${NAMESPACE}${namespace}`);
    }
  }
  const repairs = new Map<string, NodeJS.Timeout>();
  function repair(namespace: string): void {
    repairs.delete(namespace);
    queue.add(`${NAMESPACE}${namespace}`);
  }
  function readKeys(): void {
    const before = keys.jwks();
    keys.refresh();
    if (keys.jwks() === undefined) return;
    ready.resolve();
    if (keys.jwks() !== before) addNamespaces();
  }

  const stops = [
    secrets.onChange((name) => {
      if (secrets.read(name) === undefined) log.warn({ object: name }, 'Secret deleted');
      queue.add('secrets');
    }),
    bundled.onChange(() => queue.add('secrets')),
    identity.onChange((namespace) => {
      if (!repairs.has(namespace))
        repairs.set(
          namespace,
          setTimeout(() => repair(namespace), REPAIR_AFTER_MS),
        );
    }),
    source.onChange((uid) => {
      const server = source.get(uid);
      if (server && bundled.isEdited(server)) queue.add('bundled');
      // New ones are cared for before their pods (withIdentity).
      if (!server) for (const task of ['namespaces', 'bundled']) queue.add(task);
    }),
  ];
  for (const task of ['secrets', 'namespaces']) queue.add(task);

  return {
    ready: ready.promise,
    async stop() {
      for (const stop of stops) stop();
      for (const timer of repairs.values()) clearTimeout(timer);
      stopping.abort();
      await queue.stop();
    },
  };
}
