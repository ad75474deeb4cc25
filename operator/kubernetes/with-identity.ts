import type { Platform } from '../platform.ts';
import type { IdentityConfigMaps } from './identity-config-maps.ts';

/** The same platform, where a server's namespace has the identity keys before the server has a pod: a pod waits for a missing ConfigMap for seconds. */
export const withIdentity = <Wanted>(
  platform: Platform<Wanted>,
  identity: Pick<IdentityConfigMaps, 'ensure'>,
): Platform<Wanted> => ({
  ...platform,
  async apply(server, wanted) {
    await identity.ensure(server.metadata.namespace);
    return platform.apply(server, wanted);
  },
});
