import type { RemoteCredentials } from './remote-credentials.ts';
import type { RemoteTargets } from './remote-targets.ts';

/** What operator and gateway need to speak to servers that run elsewhere. */
export interface RemoteAccess {
  readonly credentials: RemoteCredentials;
  readonly targets: RemoteTargets;
}
