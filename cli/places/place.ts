import type { ManifestOrigin, McpServer } from '../../crds/mcpserver.ts';
import type { McpServerStatus } from '../../crds/mcpserver-status.ts';
import type { Problem } from '../../crds/problem.ts';
import type { About } from '../control/protocol.ts';
import type { PlaceSide } from '../sync/side.ts';
import type { LogLine, LogRequest } from './log-request.ts';
import type { PartVersion } from './part-version.ts';
import type { SeenRuns } from './server-runs.ts';

/** Optional all the way down. */
type Partly<T> = T extends readonly (infer Entry)[]
  ? readonly Entry[]
  : T extends object
    ? { readonly [Key in keyof T]?: Partly<T[Key]> | undefined }
    : T;

/** A McpServer as far as a place shows it: all of it on a laptop and on a cluster, at a gateway what its catalogue tells. */
export interface ServerView {
  readonly apiVersion: McpServer['apiVersion'];
  readonly kind: McpServer['kind'];
  readonly metadata: Partly<McpServer['metadata']> & { readonly name: string };
  readonly spec: Partly<McpServer['spec']>;
  readonly status?: Partly<Omit<McpServerStatus, 'conditions'>> & Pick<McpServerStatus, 'conditions'>;
  /** Where it was read, where that is a file. */
  readonly origin?: ManifestOrigin | undefined;
}

export interface ServerViews {
  readonly servers: readonly ServerView[];
  /** What is wrong with manifests, where the place reads files. */
  readonly problems: readonly Problem[];
}

/** How a client reaches one server. */
export interface ServerAccess {
  /** Its MCP endpoint, as the token names it. */
  readonly url: string;
  /** Bearer token of the person who asks; absent where they have none and the server needs none. */
  readonly token?: string;
}

/**
 * Where servers run, and the one front of the command line for it. What a place cannot do is missing in it: commands take it by `capability`, which
 * says in whose place it can be done. Every method throws a Failure.
 */
export interface Place {
  readonly kind: 'laptop' | 'cluster' | 'gateway';
  /** For messages: `this machine (~/.local/state/mooring)`, `cluster kind-mooring`, `https://mcp.example.com`. */
  readonly label: string;
  /** The namespace that names without one mean; undefined where every namespace was asked for, or where there are none. */
  readonly namespace: string | undefined;
  /** Every server of the namespace (of all where that is undefined). */
  list(): Promise<ServerViews>;
  /** How to call a server as the person who asks. Without a token where one is needed: throws `not_signed_in`. */
  access(server: ServerView, scope?: string): Promise<ServerAccess>;
  /** What of these servers runs: processes or pods. */
  readonly runs?: (servers: readonly ServerView[]) => Promise<SeenRuns>;
  /** The output of a server, line by line as it comes. Ends where `follow` is off, or quietly with the signal. */
  readonly logs?: (server: ServerView, request: LogRequest) => AsyncIterable<LogLine>;
  /** The manifests themselves, to be compared and changed. */
  readonly manifests?: PlaceSide;
  /** The `mooring up` behind it, where that is what it is. */
  readonly about?: () => Promise<About>;
  /** The parts of the Mooring that runs there; missing where the place does not tell. */
  readonly versions?: () => Promise<readonly PartVersion[]>;
  /** Ends connections. */
  close(): Promise<void>;
}
