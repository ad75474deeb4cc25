import type { Annotations, Icon } from '@modelcontextprotocol/server';
import type { ReadContext } from './call-context.ts';

/** What resources and templates say of themselves. */
export interface ResourceDescription {
  /** For programs. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** For models. */
  readonly description: string;
  readonly mimeType?: string;
  readonly icons?: readonly Icon[];
  readonly annotations?: Annotations;
  /** `_meta` of its entry in the lists. */
  readonly meta?: Readonly<Record<string, unknown>>;
  /** Scopes of the caller that reading needs, all of them; listing what a template has needs them too. */
  readonly scopes?: readonly string[];
}

/** One piece of what a resource holds. What is left out is that of the resource that was asked for. */
export type ResourceContent = (
  | { readonly text: string }
  /** Base64 on the wire. */
  | { readonly bytes: Uint8Array }
) & {
  readonly uri?: string;
  readonly mimeType?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
};

/** Several pieces, or one; undefined: there is no such thing for this caller. */
export type ResourceContents = ResourceContent | readonly ResourceContent[] | undefined;

/** A resource with a fixed URI. */
export interface Resource<Services> extends ResourceDescription {
  readonly uri: string;
  readonly read: (context: ReadContext<Services>) => Promise<ResourceContents>;
}

/** Defines a resource: one file, one resource. `read` throws `ToolFailure` for what the caller can do something about. */
export const defineResource = <Services = object>(definition: Resource<Services>): Resource<Services> =>
  Object.freeze({ ...definition });
