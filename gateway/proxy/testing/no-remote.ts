import type { RemoteAccess } from '../../../core/remote/remote-access.ts';
import { remoteTargets } from '../../../core/remote/remote-targets.ts';

/** For servers that run elsewhere: nothing is listed, nobody has credentials. */
export const NO_REMOTE: RemoteAccess = {
  credentials: { headers: async () => ({}), ca: async () => undefined },
  targets: remoteTargets({ allow: () => [] }),
};
