import type { McpServer } from '../crds/mcpserver.ts';
import type { Cause } from './cause.ts';
import type { Reach } from './remote/reach.ts';

/** A running copy of a server: a process on a laptop, a pod on a cluster. */
export interface Instance {
  /** Another one after each start, so that each start is asked anew. */
  readonly id: string;
  /** Its MCP endpoint, as Mooring reaches it. */
  readonly url: string;
  /** Where a person reads what it writes: a path, or a command. */
  readonly output: string;
  /** `metadata.generation` of the newest manifest that asks for exactly this copy. */
  readonly generation: number;
  /** Of a server that runs elsewhere: how it is asked instead of by `Mooring-Identity`. */
  readonly reach?: Reach;
}

/** What a platform sees of one server. */
export interface Observation {
  /** Every running copy, also those that take no traffic yet. */
  readonly instances: readonly Instance[];
  /** One that traffic goes to; while an edit arrives, one that it replaces. */
  readonly serving?: Instance;
  /** Where the gateway reaches what serves, where that is not the copy itself. */
  readonly backendUrl?: string;
  /** The one that the manifest asks for now; in peace the one that serves. */
  readonly wanted?: Instance;
  /** Why there is no such one, or why it ended last and has not answered since. */
  readonly trouble?: Cause;
  /** Copies that take traffic. */
  readonly replicas: number;
  /** Label selector of the copies, where they are pods. */
  readonly selector?: string;
  /** A sentence, while more copies or others than those that serve are on their way. */
  readonly progress?: string;
  /** Milliseconds in which something is about to be over that is worth no status of its own. */
  readonly settlingMs?: number;
  /** Milliseconds after which to reconcile again, where nobody calls when the trouble is over. */
  readonly lookAgainMs?: number;
}

/** What a platform makes of the fields of a manifest. */
export interface Review {
  /** Why it cannot run here at all. */
  readonly refusal?: Cause;
  /** Fields that are accepted and do nothing here. */
  readonly withoutEffect: readonly string[];
}

/**
 * Where servers run. `Wanted` is what its pure builders make of a manifest. Everything is idempotent and takes up to some milliseconds: nothing
 * here waits for a server.
 */
export interface Platform<Wanted> {
  review(server: McpServer): Review;
  /** Pure. Nothing where the server needs nothing here. */
  build(server: McpServer): Wanted | undefined;
  /** Makes what is wanted exist, or says why it must not. What serves now serves on until its successor is admitted. */
  apply(server: McpServer, wanted: Wanted): Promise<Cause | undefined>;
  /**
   * The manifest as it is now cannot be taken on: leaves what an earlier one asked for as it is, and answers whether there is any. Instead of `apply`
   * and `prune`.
   */
  keep(server: McpServer): boolean;
  /** Removes what the server does not need any more; everything where nothing is wanted. */
  prune(uid: string, wanted: Wanted | undefined): Promise<void>;
  /** The server is gone: removes what does not go with it by itself. */
  forget(uid: string): void;
  /** From memory. */
  observe(uid: string): Observation;
  /** Lets these instances take traffic: they have answered MCP. */
  admit(uid: string, instances: readonly string[]): Promise<void>;
  /** Calls back with the uid of a server when `observe` may answer something else. Returns how to stop. */
  onChange(listener: (uid: string) => void): () => void;
  /** A sentence about a server that does not verify `Mooring-Identity`: who can reach it past the gateway. */
  readonly exposure: string;
}
