import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../../core/log.ts';
import { ApiError, type KubernetesApi } from '../../crds/kubernetes/kubernetes-api.ts';
import { pathOf } from '../../crds/kubernetes/kubernetes-object.ts';
import { startReflector } from '../../crds/kubernetes/reflector.ts';
import { compareResourceVersions } from '../../crds/kubernetes/resource-version.ts';
import { freed, heldBy, LEASE_KIND, type LeaseRecord, type LeaseSpec } from './lease-record.ts';

/** Milliseconds. */
export interface LeaseTimes {
  /** How long others leave the holder alone after they saw it renew; whole seconds. */
  readonly duration: number;
  /** How long the holder acts after it asked for its last renewal. */
  readonly renewDeadline: number;
  /** Between two attempts. */
  readonly retry: number;
}

/** What the controllers of Kubernetes use (client-go, leaderelection). */
const LEASE_TIMES: LeaseTimes = { duration: 15_000, renewDeadline: 10_000, retry: 2000 };

/** client-go's JitterFactor: those who wait do not all ask at once. */
const JITTER = 1.2;

export interface LeaseOptions {
  readonly api: KubernetesApi;
  readonly namespace: string;
  readonly name: string;
  /** Unique among the living; the same one takes its lease back at once. */
  readonly identity: string;
  readonly log: Log;
  /** Acts until `lost`, and resolves when it has stopped. Where it ends by itself, the lease is given back, and asked for again later. */
  readonly onLead: (lost: AbortSignal) => Promise<void>;
  /** For tests. */
  readonly times?: LeaseTimes;
}

export interface Lease {
  /** Milliseconds for which we may still act; 0 where somebody else does. By the clock, so it is right after a time when this process was frozen. */
  remaining(): number;
  /** Ends acting, and gives the lease to whoever waits for it. */
  release(): Promise<void>;
}

/**
 * Leader election as client-go does it: of all who call this, one acts at a time. Clocks of machines are never compared: who
 * waits counts from when it saw the Lease change, who holds from when it asked for the renewal. An API server that is away
 * ends nothing: the holder stops acting at its deadline and asks on.
 */
export function holdLease(options: LeaseOptions): Lease {
  const { api, namespace, name, identity, log, onLead, times = LEASE_TIMES } = options;
  /** The Lease as last seen; undefined where there is none. */
  let seen: LeaseRecord | undefined;
  /** When it was seen to change, by performance.now(), which no clock jump moves. */
  let seenAt = 0;
  let renewedAt = -Infinity;
  let isTrouble = false;
  const stop = new AbortController();
  let wake = new AbortController();

  const pause = async (ms: number, { signal }: AbortController): Promise<void> => {
    if (!signal.aborted) await delay(ms, undefined, { signal }).catch(() => {});
    wake = new AbortController();
  };
  const remaining = (): number => Math.max(0, Math.floor(renewedAt + times.renewDeadline - performance.now()));
  const holder = (): string | undefined => seen?.spec?.holderIdentity || undefined;

  const age = (lease: LeaseRecord): number =>
    compareResourceVersions(seen?.metadata.resourceVersion ?? '', lease.metadata.resourceVersion ?? '');

  function note(lease: LeaseRecord): void {
    if (age(lease) !== 0) seenAt = performance.now();
    seen = lease;
  }

  // It only makes those who wait quicker: whoever writes has asked for what is there.
  const watch = startReflector<LeaseRecord>({
    api,
    kind: LEASE_KIND,
    namespaces: [namespace],
    fieldSelector: `metadata.name=${name}`,
    log,
  });
  watch.onChange((lease, change) => {
    // An event may come after the answer to a later request.
    if (change === 'changed' && age(lease) < 0) note(lease);
    if (change === 'deleted' || holder() === undefined) wake.abort();
  });

  /** A request that hangs must leave time for another one, and must not outlast the term. */
  const timeoutMs = (): number => Math.min(Math.ceil(times.renewDeadline / 2), remaining() || Infinity);

  async function look(): Promise<void> {
    try {
      note(await api.request<LeaseRecord>({ path: pathOf(LEASE_KIND, namespace, name), timeoutMs: timeoutMs() }));
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      seen = undefined;
    }
  }

  /** Writes over what was seen; whoever wrote since then wins. */
  async function write(spec: LeaseSpec): Promise<void> {
    const { apiVersion, kind } = LEASE_KIND;
    const written = await api.request<LeaseRecord>({
      method: seen ? 'PUT' : 'POST',
      path: pathOf(LEASE_KIND, namespace, seen && name),
      body: { apiVersion, kind, metadata: { ...seen?.metadata, name, namespace }, spec },
      timeoutMs: timeoutMs(),
    });
    note(written);
  }

  const validFor = (): number => {
    if (holder() === undefined || holder() === identity) return 0;
    return Math.max(0, seenAt + (seen?.spec?.leaseDurationSeconds ?? 0) * 1000 - performance.now());
  };

  /** Makes or keeps the lease ours, where that may be. */
  async function takeOrRenew(): Promise<boolean> {
    try {
      // A renewal needs no look: nobody else writes a lease that is held.
      if (holder() !== identity) await look();
      if (validFor() > 0) return false;
      const askedAt = performance.now();
      await write(heldBy(identity, times.duration / 1000, seen?.spec));
      renewedAt = askedAt;
      if (isTrouble) log.info('The lease can be asked for again');
      isTrouble = false;
      return true;
    } catch (error) {
      if (isLostRace(error)) await look().catch(() => {});
      else if (!isTrouble) {
        isTrouble = true;
        log.warn({ err: error }, 'The lease cannot be asked for; it is tried until it can');
      }
      return false;
    }
  }

  async function lead(): Promise<void> {
    const term = new AbortController();
    let hasEnded = false;
    // Whatever a request is waiting for meanwhile.
    const expire = (): void => {
      if (remaining() === 0) term.abort();
      else expiry = setTimeout(expire, remaining());
    };
    let expiry = setTimeout(expire, remaining());
    log.info({ identity }, 'This replica leads');
    const acting = onLead(term.signal)
      .catch((error: unknown) => log.error({ err: error }, 'Leading has failed'))
      .finally(() => {
        hasEnded = true;
        wake.abort();
      });
    const goesOn = (): boolean => !stop.signal.aborted && !hasEnded && remaining() > 0 && holder() === identity;
    while (goesOn()) {
      await pause(Math.min(times.retry, remaining()), wake);
      if (goesOn()) await takeOrRenew();
    }
    clearTimeout(expiry);
    if (holder() !== identity) renewedAt = -Infinity;
    const isLost = remaining() === 0;
    const endedByItself = hasEnded && !isLost && !stop.signal.aborted;
    if (isLost) log.warn('This replica has lost the lease and stops acting');
    term.abort();
    await acting;
    if (remaining() > 0) {
      await write(freed(seen?.spec)).catch((error: unknown) =>
        log.warn({ err: error }, 'The lease was not given back'),
      );
    }
    renewedAt = -Infinity;
    // Another one may have better luck.
    if (endedByItself) await pause(nextTry(), stop);
  }

  const nextTry = (): number => times.retry * (1 + Math.random() * JITTER);

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      if (await takeOrRenew()) await lead();
      // With an open watch nothing has to be asked before the lease is over.
      else await pause(watch.lastContact() > 0 ? nextTry() : Math.max(nextTry(), validFor()), wake);
    }
  }
  const running = run();

  return {
    remaining,
    async release() {
      stop.abort();
      wake.abort();
      await running;
      watch.close();
    },
  };
}

/** Somebody else wrote, made or deleted the Lease in between. */
const isLostRace = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 409 || error.status === 404);
