import type { ReadContext } from './call-context.ts';
import type { ResourceContents, ResourceDescription } from './define-resource.ts';

/** A resource that a template's `list` found. */
export interface ListedResource {
  readonly uri: string;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  /** Bytes of the raw content. */
  readonly size?: number;
}

export interface ResourcePage {
  readonly resources: readonly ListedResource[];
  /** Absent on the last page. Goes through the caller's hands: a forged one must show nothing of others. */
  readonly nextCursor?: string | undefined;
}

/** What a template's URI was filled with: a variable of `{+path}` or `{path}` is text, an exploded one a list. */
export type UriVariables = Readonly<Record<string, string>>;

/** Resources that there are many of: `notes://{id}` (RFC 6570). */
export interface ResourceTemplate<Services> extends ResourceDescription {
  readonly uriTemplate: string;
  /** Those that this caller has. Left out: they can be read, and are not listed. */
  readonly list?: (cursor: string | undefined, context: ReadContext<Services>) => Promise<ResourcePage>;
  /** `variables` come from the caller and are not checked. */
  readonly read: (variables: UriVariables, context: ReadContext<Services>) => Promise<ResourceContents>;
}

/** Defines a template: one file, one template. Handlers throw `ToolFailure` for what the caller can do something about. */
export const defineResourceTemplate = <Services = object>(
  definition: ResourceTemplate<Services>,
): ResourceTemplate<Services> => Object.freeze({ ...definition });
