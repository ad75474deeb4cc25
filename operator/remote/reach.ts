import type { LookupFunction } from 'node:net';
import type { RemoteHeaders } from '../../core/remote/remote-credentials.ts';

/** How a connection is made that may not be made to just anything. */
export interface Connection {
  readonly lookup: LookupFunction;
  /** PEM; without it the authorities of the system. */
  readonly ca?: string;
}

/** How a server is asked that runs elsewhere: with its own credentials instead of `Mooring-Identity`, over connections that are checked. */
export interface Reach {
  /** Rejects with a CredentialsProblem. */
  headers(): Promise<RemoteHeaders>;
  /** Rejects with a TargetRefused or a CredentialsProblem. */
  connection(): Promise<Connection>;
  /** Of `spec.remote.caBundleFrom`, for messages. */
  readonly caName?: string | undefined;
}
