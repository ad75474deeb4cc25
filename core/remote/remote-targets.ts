import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { allowList, type AllowList } from './allow-list.ts';
import { checkedLookup, literalAddress, TargetRefused } from './checked-lookup.ts';
import { isNeverAddress } from './never-address.ts';
import { isPublicAddress } from './public-address.ts';

/** Where `spec.remote.url` may lead. */
export interface RemoteTargets {
  /** `lookup` of every connection to a remote server. Its error is a TargetRefused. */
  readonly lookup: LookupFunction;
  /** What no lookup sees: the scheme, and an address in place of a name. Rejects with a TargetRefused. */
  check(url: URL): Promise<void>;
}

export interface RemoteTargetsOptions {
  /** `remote.allow` of mooring.yaml as it is now: the same list until it changes. */
  readonly allow: () => readonly string[];
  /** Names and addresses of the API server: who could reach it through us would meet it as a program inside the cluster. */
  readonly apiServers?: readonly string[];
  /** For tests. */
  readonly resolve?: Parameters<typeof checkedLookup>[1];
}

/** Milliseconds that addresses of the API server are remembered: they change with its machines. */
const REMEMBER_MS = 30_000;

/**
 * Public addresses, and what an administrator lists; loopback, link-local, metadata services and the API server never. TLS
 * always, but for hosts that are listed by their name.
 */
export function remoteTargets({ allow, apiServers = [], resolve }: RemoteTargetsOptions): RemoteTargets {
  let known: { readonly entries: readonly string[]; readonly list: AllowList } | undefined;
  const listed = (): AllowList => {
    const entries = allow();
    if (known?.entries !== entries) known = { entries, list: allowList(entries) };
    return known.list;
  };
  const forbidden = remembered(async () => addressesOf(apiServers));

  async function isAllowed(address: string, hostname: string): Promise<boolean> {
    if (isNeverAddress(address)) return false;
    const list = listed();
    if (!isPublicAddress(address) && !list.host(hostname) && !list.address(address)) return false;
    return apiServers.length === 0 || !(await forbidden()).has(address);
  }

  return {
    lookup: checkedLookup(isAllowed, resolve),
    async check({ protocol, hostname }) {
      const literal = literalAddress(hostname);
      const isListed = listed().host(hostname) || (literal !== undefined && listed().address(literal));
      if (protocol !== 'https:' && !(protocol === 'http:' && isListed)) throw new TargetRefused(hostname);
      if (literal !== undefined && !(await isAllowed(literal, hostname))) throw new TargetRefused(hostname);
    },
  };
}

/** How a program in a pod is told of the API server (Kubernetes, "Accessing the API from within a Pod"); none outside. */
export function apiServersOfPod(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const host = env['KUBERNETES_SERVICE_HOST'];
  return host ? [host, 'kubernetes.default.svc'] : [];
}

async function addressesOf(hosts: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await Promise.all(
    hosts.map(async (host) => {
      const literal = literalAddress(host);
      if (literal !== undefined) return [literal];
      // A name that nothing is known of leads nowhere.
      return lookup(host, { all: true }).then(
        (all) => all.map(({ address }) => address),
        () => [],
      );
    }),
  );
  return new Set(found.flat());
}

function remembered<Value>(find: () => Promise<Value>): () => Promise<Value> {
  let found: Promise<Value> | undefined;
  let until = 0;
  return () => {
    if (found && performance.now() < until) return found;
    until = performance.now() + REMEMBER_MS;
    return (found = find());
  };
}
