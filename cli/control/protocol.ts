import type { McpServer } from '../../crds/mcpserver.ts';
import type { Problem } from '../../crds/problem.ts';
import type { ServerRuns } from '../places/server-runs.ts';
import type { Entry } from '../sync/side.ts';

/** GET /v1/about: the `mooring up` that answers. */
export interface About {
  readonly version: string;
  readonly pid: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Origin under which clients reach the gateway. */
  readonly publicUrl: string;
  /** Port of the gateway on this machine. */
  readonly port: number;
  /** Folders and files whose manifests are followed, with their whole paths. */
  readonly manifests: readonly string[];
}

/** GET /v1/servers */
export interface ServerList {
  readonly servers: readonly McpServer[];
  readonly problems: readonly Problem[];
}

/** GET /v1/runs */
export interface RunList {
  readonly servers: readonly ServerRuns[];
}

/** GET /v1/manifests; changed by PUT and DELETE /v1/manifests/:namespace/:name, whose bodies are in manifest-requests.ts. */
export interface ManifestList {
  readonly entries: readonly Entry[];
}

/** POST /v1/tokens; checked by requests.ts. This file is loaded by every command and so imports nothing. */
export interface TokenRequest {
  readonly server: string;
  /** Space-separated. */
  readonly scope?: string | undefined;
}

export interface IssuedToken {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
  readonly scope: string;
}

/** Body of every answer that is not 2xx. */
export interface ControlError {
  readonly error: string;
  readonly error_description: string;
  readonly error_id: string;
}
