import type { McpServer } from '../../crds/mcpserver.ts';

/** Header names and their values. */
export type RemoteHeaders = Readonly<Record<string, string>>;

/** What `spec.remote.headersFrom` and `caBundleFrom` name, read by who may: the gateway, or the operator in its name. */
export interface RemoteCredentials {
  /** The headers that are sent to the server; none where it names none. Rejects with a CredentialsProblem. */
  headers(server: McpServer): Promise<RemoteHeaders>;
  /** The certificates (PEM) that vouch for it; undefined for those of the system. Rejects with a CredentialsProblem. */
  ca(server: McpServer): Promise<string | undefined>;
}

/** Why the credentials of a server cannot be used, and what its owner does about it. Never holds a value of a Secret. */
export class CredentialsProblem extends Error {
  readonly code = 'ERR_REMOTE_CREDENTIALS';
  /** CamelCase, of a condition. */
  readonly reason: string;

  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Which host a Secret is for; on a laptop the file `.remote-host` beside its keys. Else who may write manifests could send anybody's Secret anywhere. */
export const REMOTE_HOST_ANNOTATION = 'mooring.dev/remote-host';

/** Host of the URL, with the port where that is not the default. */
export const remoteHost = ({ spec }: McpServer): string => new URL(spec.remote?.url ?? 'https://invalid').host;
