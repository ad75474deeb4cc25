import type { z } from 'zod';
import type { McpServerManifest, McpServerSpec } from '../../crds/mcpserver.ts';
import type { FieldPath } from '../../crds/problem.ts';

/** What a person writes into `spec`, before defaults. */
export type SpecInput = z.input<typeof McpServerSpec>;
export type EnvInput = NonNullable<SpecInput['env']>[number];

/** A manifest as a person writes it, before defaults. */
export type ManifestInput = z.input<typeof McpServerManifest>;

/** What could not be carried over, or needs a hand. Never holds a value that may be secret. */
export interface Note {
  /** The field of the original, or of the McpServer. */
  readonly field: string;
  /** What became of it, why, and what to do. */
  readonly message: string;
  /** The place in the manifest that it is about, where there is one. */
  readonly at?: FieldPath;
}

/** A value that does not stand in the manifest, because anybody who reads manifests could read it. */
export interface SecretKey {
  readonly secret: string;
  readonly key: string;
  /** Where the original held it. Goes nowhere but into the state folder, and only when asked. */
  readonly value?: string | undefined;
}

/** A server on its way to be a McpServer. Converters fill it; it is theirs alone until they are done. */
export interface Draft {
  /** Its legal name, which names of its Secrets begin with. */
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly spec: SpecInput;
  /** By name; where one is set twice, the later wins. */
  readonly env: Map<string, EnvInput>;
  readonly notes: Note[];
  readonly secrets: SecretKey[];
}

export type DraftIdentity = Pick<Draft, 'name' | 'namespace' | 'labels'>;

export const newDraft = (identity: DraftIdentity): Draft => ({
  ...identity,
  spec: {},
  env: new Map(),
  notes: [],
  secrets: [],
});

export function note(draft: Draft, field: string, message: string, at?: FieldPath): void {
  draft.notes.push({ field, message, ...(at && { at }) });
}

/** The Secret of a server's variables, and the one of the headers that a remote server is sent. */
export const envSecret = (name: string): string => `${name}-env`;
export const headersSecret = (name: string): string => `${name}-headers`;

/** Longest texts that `spec.title` and `spec.description` hold. */
const LONGEST = { title: 100, description: 1000 } as const;

/** Sets a text for people, cut where it is too long. */
export function describe(draft: Draft, field: keyof typeof LONGEST, text: string | undefined): void {
  const written = text?.trim() ?? '';
  if (written === '') return;
  const longest = LONGEST[field];
  draft.spec[field] = written.length > longest ? `${written.slice(0, longest - 1)}…` : written;
  if (written.length > longest) note(draft, field, `was cut to ${longest} characters`, ['spec', field]);
}
