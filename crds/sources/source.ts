import type { McpServer } from '../mcpserver.ts';
import type { McpServerStatus } from '../mcpserver-status.ts';

/** Where McpServers come from: a folder or a cluster. Reads are from memory and never wait. */
export interface ServerSource {
  /** Every admitted server, in no particular order. */
  list(): readonly McpServer[];
  /** By `metadata.uid`. */
  get(uid: string): McpServer | undefined;
  /** Calls back with the uid of each server that was added, changed (status included) or removed. Returns how to stop. */
  onChange(listener: (uid: string) => void): () => void;
}

/** Only the operator holds one of these. */
export interface StatusWriter {
  /** Replaces the status; does nothing where the server is gone, has changed in a way that `onChange` will still tell of, or has this status. */
  writeStatus(uid: string, status: McpServerStatus): Promise<void>;
}
