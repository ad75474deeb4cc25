import type { McpServerSpec } from '../../crds/mcpserver.ts';

export type PackageRef = NonNullable<McpServerSpec['package']>;

/** What a registry says of one package and version. */
export type PackageLookup =
  | {
      readonly kind: 'found';
      /** Programs that it brings, where the registry tells. */
      readonly programs?: readonly string[];
    }
  /** The package is there, this version of it is not. */
  | {
      readonly kind: 'no_version';
      /** The newest that is meant to be used. */
      readonly latest?: string;
      /** Oldest first. */
      readonly versions: readonly string[];
    }
  | {
      readonly kind: 'no_package';
      /** The other registry, where that has a package of this name. */
      readonly elsewhere?: PackageRef['registry'];
    }
  /** Nobody could be asked; `reason` is a sentence. */
  | { readonly kind: 'not_asked'; readonly reason: string };
