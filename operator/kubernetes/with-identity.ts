import type { Cause } from '../cause.ts';
import type { Platform } from '../platform.ts';
import { REFUSED_MS, type IdentityConfigMaps } from './identity-config-maps.ts';

/**
 * The same platform, where a server's namespace has the identity keys before the server has a pod: a pod waits for a missing ConfigMap for seconds.
 * Where they may not be there, the server is made all the same, and its trouble is why.
 */
export function withIdentity<Wanted>(
  platform: Platform<Wanted>,
  identity: Pick<IdentityConfigMaps, 'ensure'>,
): Platform<Wanted> {
  const troubles = new Map<string, Cause>();
  return {
    ...platform,
    async apply(server, wanted) {
      const { uid, namespace } = server.metadata;
      const trouble = await identity.ensure(namespace);
      if (trouble) troubles.set(uid, trouble);
      else troubles.delete(uid);
      return platform.apply(server, wanted);
    },
    async prune(uid, wanted) {
      if (!wanted) troubles.delete(uid);
      return platform.prune(uid, wanted);
    },
    forget(uid) {
      troubles.delete(uid);
      platform.forget(uid);
    },
    observe(uid) {
      const trouble = troubles.get(uid);
      const seen = platform.observe(uid);
      return trouble ? { ...seen, trouble, lookAgainMs: REFUSED_MS } : seen;
    },
  };
}
