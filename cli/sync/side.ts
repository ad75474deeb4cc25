import type { ManifestOrigin, McpServerManifest } from '../../crds/mcpserver.ts';
import type { Digest } from './digest.ts';

/** One server as a side has it. */
export interface Entry {
  /** Without what is not its author's. */
  readonly manifest: McpServerManifest;
  /** Whether its author wrote `spec.replicas`. */
  readonly isScaled: boolean;
  /** Changes with every write, whoever writes: the same version was not written in between. */
  readonly version: string;
  /** What `mooring sync` wrote there last, where the side remembers that. */
  readonly synced?: Digest | undefined;
  /** Where it is read, where that is a file. */
  readonly origin?: ManifestOrigin | undefined;
  /** Its document with its comments, where that is a file. */
  readonly text?: string | undefined;
  /** Why sync must not touch it, to follow its name: `comes with the chart`. */
  readonly hold?: string | undefined;
  /** What a person should know before it is changed: `is managed by Argo CD, …`. */
  readonly warning?: string | undefined;
}

/** One server that is to be written or deleted, if it is still as it was seen. */
export interface Edit {
  readonly namespace: string;
  readonly name: string;
  /** What is there now; undefined: nothing. */
  readonly expected: Digest | undefined;
  /** What is to be there; undefined: nothing. */
  readonly wanted: Wanted | undefined;
}

export interface Wanted {
  readonly manifest: McpServerManifest;
  readonly digest: Digest;
  /** The document that it is copied from, for a side that keeps texts. */
  readonly text?: string | undefined;
}

/** Manifests that can be read and written: a folder, or what a place runs. Every method throws a Failure. */
export interface Side {
  /** For messages: `the folder ./servers`, `the cluster at https://…`. */
  readonly label: string;
  /** Its servers; `namespaces` may spare it a look at others. Throws `invalid_manifests` where something cannot be read: it may be any server. */
  list(namespaces: ReadonlySet<string> | undefined): Promise<readonly Entry[]>;
  /**
   * Writes or deletes one server, whole or not at all. Throws `changed_meanwhile`, having written nothing, where it is not as expected. `dryRun`:
   * finds out whether it can be done, and writes nothing.
   */
  apply(edit: Edit, options: { readonly dryRun: boolean }): Promise<void>;
  /** Notes on a server that is as wanted what it was synced to (`synced`), where the side can. */
  readonly mark?: (edit: Edit) => Promise<void>;
}

/** What a place runs. */
export interface PlaceSide extends Side {
  /** The namespace of manifests that name none. */
  readonly namespace: string;
  /** What tells this place from every other, for as long as it lives. */
  identity(): Promise<string>;
}

/** `namespace/name`. */
export const keyOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}/${name}`;
